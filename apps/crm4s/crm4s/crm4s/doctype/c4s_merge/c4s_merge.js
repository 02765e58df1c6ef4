frappe.ui.form.on("C4S Merge", {
	refresh(frm) {
		if (frm.doc.status !== "Merged" || frm.doc.undo_until < frappe.datetime.get_today()) return;
		frm.add_custom_button(__("Undo the Merge"), () => crm4s.merging.undo(frm));
	},
});
