frappe.ui.form.on("C4S Gift Hand-Out", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Handed Out" || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Take Gift Back"), () =>
			crm4s.forms.ask(
				__("Take Gift Back"),
				[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
				__("Take Gift Back"),
				(values) => crm4s.forms.act(frm, "crm4s.campaigns.api.take_gift_back", { hand_out: frm.doc.name, ...values })
			)
		);
	},
});
