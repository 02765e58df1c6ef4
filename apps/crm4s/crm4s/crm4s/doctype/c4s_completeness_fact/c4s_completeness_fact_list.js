frappe.listview_settings["C4S Completeness Fact"] = {
	hide_name_column: true,
	formatters: {
		fact: (value, _field, doc) => frappe.utils.escape_html(`${fact_in_words(value, doc.about)} · ${__(doc.about)}`),
	},
	async onload(list) {
		for (const doctype of ["C4S Customer", "C4S Vehicle"]) await new Promise((loaded) => frappe.model.with_doctype(doctype, loaded));
		// A refresh of what was just read does nothing.
		if (list.data?.length) list.render_list();
	},
};

// As the form of the customer or car calls it.
function fact_in_words(fact, about) {
	const special = { is_verified: __("Phone Is Verified"), has_birthday: __("Birthday"), has_decision_maker: __("Decision-Maker") };
	const field = frappe.meta.get_docfield((about || "").startsWith("Car") ? "C4S Vehicle" : "C4S Customer", fact);
	return special[fact] || (field ? __(field.label) : fact);
}
