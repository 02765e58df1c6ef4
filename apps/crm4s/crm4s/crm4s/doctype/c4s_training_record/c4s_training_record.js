frappe.ui.form.on("C4S Training Record", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("person", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},
});
