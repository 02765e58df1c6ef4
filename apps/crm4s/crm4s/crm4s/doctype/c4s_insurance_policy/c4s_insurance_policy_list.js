frappe.listview_settings["C4S Insurance Policy"] = {
	hide_name_column: true,
	onload: (list) => crm4s.lists.hide_closed_filters(list),
	add_fields: ["status", "valid_from", "covered_until", "renewed_by"],
	get_indicator(doc) {
		const [text, colour] = crm4s.insurance.standing(doc);
		return [text, colour, `status,=,${doc.status}`];
	},
};
