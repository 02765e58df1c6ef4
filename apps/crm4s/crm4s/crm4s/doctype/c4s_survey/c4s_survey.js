frappe.ui.form.on("C4S Survey", {
	refresh(frm) {
		if (frm.is_new() || !frm.doc.enabled || !frappe.model.can_create("C4S Survey Response")) return;
		frm.add_custom_button(__("New Response"), () =>
			frappe.new_doc("C4S Survey Response", { survey: frm.doc.name })
		);
	},
});
