frappe.ui.form.on("C4S Owner Club Member", {
	setup(frm) {
		frm.set_query("club", () => ({ filters: { active: 1 } }));
	},
});
