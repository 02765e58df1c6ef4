frappe.ready(() => {
	frappe.call({ method: "crm4s.lead_intake.web.may_be_chosen", type: "GET" }).then(({ message }) => {
		const empty = { value: "", label: "" };
		frappe.web_form.set_df_property("dealership", "options", [empty, ...message.stores]);
		frappe.web_form.set_df_property("model", "options", [empty, ...message.models]);
	});
	// Robots fill it; people neither see nor reach it.
	frappe.web_form.get_field("website")?.$input?.attr({ tabindex: -1, autocomplete: "off", "aria-hidden": "true" });
});
