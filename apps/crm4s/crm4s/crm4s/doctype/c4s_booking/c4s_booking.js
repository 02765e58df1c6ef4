frappe.ui.form.on("C4S Booking", {
	setup(frm) {
		frm.set_query("resource", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		// What the booking is for moves it or lets it go; by hand only the time of what nothing else stands behind.
		frm.toggle_enable("status", !frm.doc.reference_name);
	},

	resource(frm) {
		if (!frm.doc.resource) return;
		frappe.db
			.get_value("C4S Resource", frm.doc.resource, ["dealership", "kind"])
			.then(({ message }) => frm.set_value(message));
	},
});
