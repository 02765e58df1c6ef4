frappe.ui.form.on("C4S Owner Club", {
	setup(frm) {
		frm.set_query("model", () => ({ filters: frm.doc.brand ? { brand: frm.doc.brand } : {} }));
	},
	refresh(frm) {
		if (!frm.is_new()) frm.add_custom_button(__("Members"), () => frappe.set_route("List", "C4S Owner Club Member", { club: frm.doc.name }));
	},
});
