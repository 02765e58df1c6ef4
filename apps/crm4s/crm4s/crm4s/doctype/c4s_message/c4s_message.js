frappe.ui.form.on("C4S Message", {
	refresh(frm) {
		frm.disable_save();
		const given_up = ["Not Delivered", "Suppressed", "Dead"].includes(frm.doc.status);
		if (given_up && frm.perm[0]?.write) {
			frm.add_custom_button(__("Send Again"), async () => {
				await frappe.call("crm4s.messages.api.send_again", { names: [frm.doc.name] });
				frm.reload_doc();
			});
		}
	},
});
