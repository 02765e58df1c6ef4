frappe.ui.form.on("C4S Part", {
	setup(frm) {
		frm.set_query("substitute", () => ({ filters: { enabled: 1, name: ["!=", frm.doc.name || ""] } }));
		frm.set_query("category", () => ({ filters: { enabled: 1 } }));
		frm.set_query("unit", () => ({ filters: { enabled: 1 } }));
		frm.set_query("dealership", "availability", () => ({ filters: { is_group: 0 } }));
	},
});
