frappe.ui.form.on("C4S Lead Assignment Rule", {
	setup(frm) {
		frm.set_query("user", "members", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("user", "skills", () => ({
			filters: { name: ["in", (frm.doc.members || []).map((row) => row.user).filter(Boolean)] },
		}));
	},
});
