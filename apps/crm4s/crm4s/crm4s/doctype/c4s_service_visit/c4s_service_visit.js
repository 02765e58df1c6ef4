frappe.ui.form.on("C4S Service Visit", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("service_advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("technician", "items", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		frm.toggle_enable(
			["items", "dealership", "customer", "vehicle", "visit_kind"],
			frm.doc.status !== "Settled"
		);
	},

	vehicle(frm) {
		if (!frm.doc.vehicle || frm.doc.customer) return;
		frappe.db.get_value("C4S Vehicle", frm.doc.vehicle, "current_owner").then(({ message }) => {
			if (message?.current_owner && !frm.doc.customer) frm.set_value("customer", message.current_owner);
		});
	},
});

frappe.ui.form.on("C4S Service Item", {
	quantity: show_amount,
	unit_price: show_amount,
	discount_amount: show_amount,
	part(frm, cdt, cdn) {
		if (locals[cdt][cdn].part) frappe.model.set_value(cdt, cdn, "item_kind", "Part");
	},
});
