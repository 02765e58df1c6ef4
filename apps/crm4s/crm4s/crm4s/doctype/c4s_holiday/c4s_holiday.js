frappe.ui.form.on("C4S Holiday", {
	refresh(frm) {
		if (frm.is_new() && !frm.doc.dealership) {
			frm.set_intro(__("Without a dealership this day counts for the whole group."));
		}
	},
});
