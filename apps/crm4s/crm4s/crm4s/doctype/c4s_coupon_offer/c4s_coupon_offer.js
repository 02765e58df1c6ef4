frappe.ui.form.on("C4S Coupon Offer", {
	setup(frm) {
		frm.set_query("part", () => ({ filters: { enabled: 1 } }));
		frm.set_query("dealership", "stores", () => ({ filters: { is_group: 0 } }));
	},
});
