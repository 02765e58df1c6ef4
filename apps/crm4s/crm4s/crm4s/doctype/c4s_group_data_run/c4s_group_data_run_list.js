frappe.listview_settings["C4S Group Data Run"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colour = { Running: "blue", Done: "green", "With Errors": "red" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
