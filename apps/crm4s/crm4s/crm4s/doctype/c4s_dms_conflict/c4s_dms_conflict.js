frappe.ui.form.on("C4S DMS Conflict", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.state !== "Open" || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Keep Ours"), () => decide(frm, 0));
		frm.add_custom_button(__("Take Theirs"), () => decide(frm, 1));
	},
});

function decide(frm, theirs) {
	frappe
		.xcall("crm4s.crm4s.doctype.c4s_dms_conflict.c4s_dms_conflict.decide", { name: frm.doc.name, theirs })
		.then(() => frm.reload_doc());
}
