frappe.listview_settings["C4S Escalation"] = {
	hide_name_column: true,
	add_fields: ["status"],
	formatters: crm4s.lists.in_words("step"),
	get_indicator(doc) {
		const colours = { Planned: "blue", "Standing Still": "gray", Done: "green", "Called Off": "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
