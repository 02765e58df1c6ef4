frappe.ui.form.on("C4S Coupon", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("offer", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Usable") return;
		if (crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Cancel Coupon"), () =>
			frappe.confirm(__("The customer cannot use this coupon any more. Cancel it?"), () =>
				crm4s.forms.act(frm, "crm4s.membership.actions.cancel_coupon", { coupon: frm.doc.name })
			)
		);
	},
});
