frappe.listview_settings["C4S Reception Queue Entry"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const is_of_today = doc.since?.slice(0, 10) === frappe.datetime.get_today();
		if (!is_of_today) return [__("Away"), "gray", "state,=,Away"];
		return [__(doc.state), { "In Line": "green", Serving: "orange", Away: "gray" }[doc.state], `state,=,${doc.state}`];
	},
	add_fields: ["state", "since"],
};
