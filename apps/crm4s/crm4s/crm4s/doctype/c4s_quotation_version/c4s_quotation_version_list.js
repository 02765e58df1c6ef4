frappe.listview_settings["C4S Quotation Version"] = {
	hide_name_column: true,
	add_fields: ["valid_until"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.valid_until && doc.valid_until < today) return [__("Expired"), "gray", `valid_until,<,${today}`];
		return [__("Valid"), "green", `valid_until,>=,${today}`];
	},
};
