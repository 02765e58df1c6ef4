frappe.ui.form.on("C4S Referral", {
	setup(frm) {
		crm4s.own_store.offer(frm);
	},

	refresh(frm) {
		frm.toggle_enable(["referrer", "lead", "referred_customer"], frm.is_new() || frm.doc.status === "Open");
	},
});
