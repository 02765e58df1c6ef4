// A button on the lead; the rest is the test drive's own form.
frappe.ui.form.on("C4S Lead", {
	refresh(frm) {
		const { doc } = frm;
		if (frm.is_new() || doc.status !== "Open" || !frappe.model.can_create("C4S Test Drive")) return;
		if (crm4s.own_store.is_shared(frm)) return;
		frm.add_custom_button(__("Plan Test Drive"), () =>
			frappe.new_doc("C4S Test Drive", {
				lead: doc.name,
				driver_name: doc.lead_name,
				phone: doc.phone,
				customer: doc.customer,
				model: doc.interested_model,
				dealership: doc.dealership,
				sales_consultant: doc.sales_consultant,
			})
		);
	},
});
