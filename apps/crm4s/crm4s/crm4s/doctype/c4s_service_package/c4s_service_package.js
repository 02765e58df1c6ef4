frappe.ui.form.on("C4S Service Package", {
	setup(frm) {
		frm.set_query("model", "cars", () => ({ filters: { enabled: 1 } }));
		frm.set_query("part", "lines", () => ({ filters: { enabled: 1 } }));
	},
});
