frappe.ui.form.on("C4S Telephone Exchange", {
	setup(frm) {
		frm.set_query("user", "extensions", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},
});
