frappe.listview_settings["C4S Periodic Report"] = {
	hide_name_column: true,
	add_fields: ["enabled"],
	formatters: crm4s.lists.in_words("report_title"),
	get_indicator: (doc) => (doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Disabled"), "gray", "enabled,=,0"]),
};
