// A customer's form: register for an event.
frappe.ui.form.on("C4S Customer", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.disabled || !frappe.model.can_create("C4S Event Registration")) return;
		frm.add_custom_button(__("Register for an Event"), () => crm4s.campaigns.register({ customer: frm.doc.name }), __("Create"));
	},
});
