frappe.ui.form.on("C4S Points Entry", {
	refresh(frm) {
		const { doc } = frm;
		if (frm.is_new() || doc.entry_kind !== "Redeem" || doc.reference_doctype !== "C4S Reward") return;
		if (!frappe.boot.user.in_create.includes(frm.doctype)) return;
		frm.add_custom_button(__("Take Reward Back"), () =>
			crm4s.forms.ask(
				__("Take Reward Back"),
				[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
				__("Take Back"),
				async ({ reason }) => {
					await frappe.xcall("crm4s.membership.actions.take_back_reward", { entry: doc.name, reason });
					frappe.set_route("Form", "C4S Membership", doc.membership);
				}
			)
		);
	},
});
