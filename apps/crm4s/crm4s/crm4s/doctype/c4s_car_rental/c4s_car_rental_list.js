frappe.listview_settings["C4S Car Rental"] = {
	hide_name_column: true,
	add_fields: ["status", "planned_from", "planned_to"],
	filters: [["status", "in", "Planned,Handed Out"]],
	get_indicator(doc) {
		const now = frappe.datetime.now_datetime();
		if (doc.status === "Handed Out") {
			if (doc.planned_to < now) return [__("Back Late"), "red", `status,=,Handed Out|planned_to,<,${now}`];
			return [__("Handed Out"), "orange", "status,=,Handed Out"];
		}
		const colours = { Planned: "blue", "Brought Back": "green", "No-Show": "red", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
