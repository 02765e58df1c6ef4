frappe.listview_settings["C4S Periodic Report Delivery"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "Handed to the Mail": "blue", Mailed: "green", "Not Mailed": "red", "Nothing to Send": "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
