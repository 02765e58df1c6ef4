frappe.listview_settings["C4S Owner Club Member"] = {
	hide_name_column: true,
	add_fields: ["until"],
	get_indicator(doc) {
		const left = doc.until && doc.until < frappe.datetime.get_today();
		return left ? [__("No Longer in the Club"), "gray", "until,<,Today"] : [__("In the Club"), "green", "until,is,not set"];
	},
};
