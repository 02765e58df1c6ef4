frappe.listview_settings["C4S Test Drive"] = {
	onload: (list) => crm4s.lists.hide_closed_filters(list),
	hide_name_column: true,
	add_fields: ["status", "planned_from", "planned_to"],
	filters: [["status", "in", "Planned,Driving"]],
	get_indicator(doc) {
		const now = frappe.datetime.now_datetime();
		if (doc.status === "Driving") {
			if (doc.planned_to < now)
				return [__("Back Late"), "red", `status,=,Driving|planned_to,<,${now}`];
			return [__("Driving"), "orange", "status,=,Driving"];
		}
		if (doc.status === "Planned") {
			if (doc.planned_from < now)
				return [__("Should Have Started"), "orange", `status,=,Planned|planned_from,<,${now}`];
			return [__("Planned"), "blue", "status,=,Planned"];
		}
		if (doc.status === "Done") return [__("Done"), "green", "status,=,Done"];
		if (doc.status === "No-Show") return [__("No-Show"), "red", "status,=,No-Show"];
		return [__("Cancelled"), "gray", "status,=,Cancelled"];
	},
};
