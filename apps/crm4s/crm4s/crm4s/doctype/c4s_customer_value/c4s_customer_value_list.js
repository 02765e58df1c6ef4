frappe.listview_settings["C4S Customer Value"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "No Value": "gray", "High Value Stable": "green", "High Value at Risk": "red", "Low Value Stable": "blue", "Low Value at Risk": "orange" };
		return [__(doc.value_class), colours[doc.value_class] || "gray", `value_class,=,${doc.value_class}`];
	},
};
