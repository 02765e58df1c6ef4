frappe.listview_settings["C4S Part"] = {
	add_fields: ["enabled", "shortage"],
	filters: [["enabled", "=", 1]],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		if (doc.shortage) return [__("Shortage"), "red", "enabled,=,1|shortage,=,1"];
		return [__("Available"), "green", "enabled,=,1|shortage,=,0"];
	},
};
