frappe.listview_settings["C4S Segment"] = {
	hide_name_column: true,
	add_fields: ["enabled", "kind", "refreshed_on"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Off"), "gray", "enabled,=,0"];
		return doc.refreshed_on || doc.kind === "List" ? [__("Enabled"), "green", "enabled,=,1"] : [__("Being Found"), "orange", "refreshed_on,is,not set"];
	},
};
