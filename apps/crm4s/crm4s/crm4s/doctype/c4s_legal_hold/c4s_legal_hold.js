frappe.ui.form.on("C4S Legal Hold", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.released_on || !frm.perm[0].write) return;
		frm.add_custom_button(__("Release"), () =>
			frappe.confirm(__("From now on this may be erased. Release it?"), async () => {
				await frappe.xcall("crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold.release", { hold: frm.doc.name });
				frm.reload_doc();
			})
		);
	},
});
