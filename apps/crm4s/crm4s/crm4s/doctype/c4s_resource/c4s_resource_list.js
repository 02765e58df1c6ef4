frappe.listview_settings["C4S Resource"] = {
	hide_name_column: true,
	add_fields: ["enabled"],
	get_indicator(doc) {
		return doc.enabled
			? [__("Enabled"), "blue", "enabled,=,Yes"]
			: [__("Disabled"), "gray", "enabled,=,No"];
	},
};
