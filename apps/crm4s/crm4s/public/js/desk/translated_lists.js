// Lookups are named in English and read in everybody's language: their lists show, beside the name, what it is called.

frappe.provide("crm4s.lists");

// For a list that has settings of its own.
crm4s.lists.in_words = (fieldname) => ({ [fieldname]: (value) => frappe.utils.escape_html(__(value)) });

for (const doctype of frappe.boot.translated_doctypes || []) {
	if (!doctype.startsWith("C4S ")) continue;
	frappe.listview_settings[doctype] ??= {
		// Asked when the list is drawn, as only then it is known which field gives the name.
		get formatters() {
			const [kind, fieldname] = (frappe.get_meta(doctype)?.autoname || "").split(":");
			return kind === "field" ? crm4s.lists.in_words(fieldname) : {};
		},
	};
}

// Frappe translates a link only for those who may open what it leads to; states of processes and kinds of documents are read by all.
for (const doctype of new Set([...(frappe.boot.translated_doctypes || []), "DocType"])) {
	frappe.form.link_formatters[doctype] ??= (value) => value && __(value);
}
