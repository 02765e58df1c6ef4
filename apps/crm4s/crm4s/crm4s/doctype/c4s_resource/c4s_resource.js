frappe.ui.form.on("C4S Resource", {
	setup(frm) {
		frm.set_query("dealership", () => ({ filters: { is_group: 0 } }));
		frm.set_query("user", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("vehicle", () => ({
			filters: frm.doc.dealership ? { dealership: frm.doc.dealership } : {},
		}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Calendar"), () =>
			frappe.set_route("List", "C4S Booking", "Calendar", "default", { resource: frm.doc.name })
		);
	},
});
