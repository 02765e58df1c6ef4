frappe.ui.form.on("C4S Consent", {
	refresh(frm) {
		if (!frm.is_new()) frm.disable_save();
	},
});
