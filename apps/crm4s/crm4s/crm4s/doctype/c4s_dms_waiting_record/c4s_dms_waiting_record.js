frappe.ui.form.on("C4S DMS Waiting Record", {
	refresh(frm) {
		frm.disable_save();
		if (!frm.perm[0]?.delete) return;
		frm.add_custom_button(__("Try Again"), () =>
			frappe
				.xcall("crm4s.crm4s.doctype.c4s_dms_waiting_record.c4s_dms_waiting_record.try_again", { names: [frm.doc.name] })
				.then(() => frappe.set_route("List", "C4S DMS Waiting Record"))
		);
		frm.add_custom_button(__("Drop"), () => frm.savetrash());
	},
});
