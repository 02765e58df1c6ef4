frappe.ui.form.on("C4S Store Relationship", {
	setup(frm) {
		frm.set_query("dealership", () => ({ filters: { is_group: 0 } }));
		for (const field of ["sales_consultant", "service_advisor"]) {
			frm.set_query(field, () => ({ filters: { enabled: 1, user_type: "System User" } }));
		}
	},
});
