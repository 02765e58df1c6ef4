frappe.ui.form.on("C4S ERPNext Match", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.state !== "Open" || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("The Same"), () => decide(frm, 1)).addClass("btn-primary");
		frm.add_custom_button(__("Not the Same"), () => decide(frm, 0));
	},
});

function decide(frm, is_same) {
	frappe
		.xcall("crm4s.crm4s.doctype.c4s_erpnext_match.c4s_erpnext_match.decide", { name: frm.doc.name, is_same })
		.then(() => frm.reload_doc());
}
