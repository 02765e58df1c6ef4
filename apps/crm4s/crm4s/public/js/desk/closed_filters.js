// Filters beside a list by what its reader may not read: the server refuses them (access/closed_fields.py), so they are not offered.

frappe.provide("crm4s.lists");

crm4s.lists.hide_closed_filters = (list) => {
	for (const field of frappe.get_meta(list.doctype).fields) {
		if (!field.permlevel || frappe.perm.has_perm(list.doctype, field.permlevel, "read")) continue;
		list.page.fields_dict[field.fieldname]?.$wrapper.addClass("hide");
	}
};
