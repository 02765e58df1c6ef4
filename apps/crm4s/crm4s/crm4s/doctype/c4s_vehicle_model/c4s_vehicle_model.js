frappe.ui.form.on("C4S Vehicle Model", {
	setup(frm) {
		frm.set_query("brand", () => ({ filters: { enabled: 1 } }));
	},
});
