frappe.listview_settings["C4S Owner Club"] = {
	hide_name_column: true,
	add_fields: ["active"],
	get_indicator: (doc) => (doc.active ? [__("Active"), "green", "active,=,1"] : [__("Off"), "gray", "active,=,0"]),
};
