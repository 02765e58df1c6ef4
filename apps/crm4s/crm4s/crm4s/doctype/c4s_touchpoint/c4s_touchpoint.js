frappe.ui.form.on("C4S Touchpoint", {
	setup(frm) {
		frm.set_query("document_type", () => ({ filters: { module: "CRM4S", istable: 0, issingle: 0 } }));
	},

	refresh(frm) {
		offer_fields(frm);
	},

	document_type(frm) {
		offer_fields(frm);
	},
});

// The fields that the state may ask for: those which a person can fill in.
async function offer_fields(frm) {
	const doctype = frm.doc.document_type;
	if (!doctype) return;
	await frappe.model.with_doctype(doctype);
	const options = frappe
		.get_meta(doctype)
		.fields.filter(
			(field) =>
				!frappe.model.no_value_type.includes(field.fieldtype) &&
				!frappe.model.table_fields.includes(field.fieldtype) &&
				!field.read_only &&
				!field.hidden
		)
		.map((field) => ({ value: field.fieldname, label: __(field.label), description: field.fieldname }));
	frm.fields_dict.entry_fields.grid.update_docfield_property("field_name", "options", options);
}
