frappe.listview_settings["C4S Reconditioning Job"] = {
	hide_name_column: true,
	add_fields: ["status", "planned_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Planned" && doc.planned_on && doc.planned_on < today)
			return [__("Overdue"), "red", `status,=,Planned|planned_on,<,${today}`];
		const colours = { Planned: "gray", "In Progress": "orange", Done: "green", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
