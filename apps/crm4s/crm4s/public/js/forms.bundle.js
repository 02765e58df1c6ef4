// What several forms do alike.
import "./checklist.js";

frappe.provide("crm4s.forms");

// For the handler of a Link field: fields that are still empty take their value from the document that was chosen.
crm4s.forms.take_over = async (frm, link_field, fieldnames) => {
	const name = frm.doc[link_field];
	if (!name) return;
	const { options } = frappe.meta.get_docfield(frm.doctype, link_field);
	const { message } = await frappe.db.get_value(options, name, fieldnames);
	for (const [fieldname, value] of Object.entries(message || {})) {
		if (value && !frm.doc[fieldname]) frm.set_value(fieldname, value);
	}
};
