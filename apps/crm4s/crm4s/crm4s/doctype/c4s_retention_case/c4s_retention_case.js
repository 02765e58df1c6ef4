frappe.ui.form.on("C4S Retention Case", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("handler", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("owner_role", () => ({ filters: { name: ["like", "C4S %"] } }));
	},
});
