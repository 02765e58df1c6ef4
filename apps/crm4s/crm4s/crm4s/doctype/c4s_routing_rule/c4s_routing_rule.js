frappe.ui.form.on("C4S Routing Rule", {
	setup(frm) {
		frm.set_query("department", () => ({ filters: { name: ["like", "C4S %"] } }));
		frm.set_query("person", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},
});
