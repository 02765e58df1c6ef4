frappe.listview_settings["C4S Periodic Report"] = {
	hide_name_column: true,
	add_fields: ["enabled"],
	// Asked when the list is drawn, when all scripts of the desk are there.
	get formatters() {
		return crm4s.lists.in_words("report_title");
	},
	get_indicator: (doc) => (doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Disabled"), "gray", "enabled,=,0"]),
};
