frappe.ui.form.on("C4S Survey Invitation", {
	refresh(frm) {
		frm.disable_save();
		if (frm.is_new() || !["Invited", "Opened"].includes(frm.doc.status) || !frappe.model.can_create("C4S Survey Response")) return;
		frm.add_custom_button(__("Ask by Phone"), () =>
			crm4s.surveys.show_phone(frm.doc.title, `/survey?ask=${encodeURIComponent(frm.doc.name)}`, () => frm.reload_doc())
		).addClass("btn-primary-light");
		frm.add_custom_button(__("Withdraw"), () =>
			frappe.prompt({ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 }, ({ reason }) =>
				frappe.xcall("crm4s.surveys.api.withdraw", { invitation: frm.doc.name, reason }).then(() => frm.reload_doc())
			)
		);
	},
});
