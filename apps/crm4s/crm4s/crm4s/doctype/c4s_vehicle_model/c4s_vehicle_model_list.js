frappe.listview_settings["C4S Vehicle Model"] = {
	add_fields: ["enabled"],
	filters: [["enabled", "=", 1]],
	get_indicator(doc) {
		return doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Disabled"), "gray", "enabled,=,0"];
	},
};
