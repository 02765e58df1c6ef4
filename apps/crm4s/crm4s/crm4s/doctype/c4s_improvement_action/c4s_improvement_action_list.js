frappe.listview_settings["C4S Improvement Action"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on", "effect"],
	filters: [["status", "in", ["Open", "Done"]]],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Open" && doc.due_on < today) return [__("Overdue"), "red", `status,=,Open|due_on,<,${today}`];
		const colours = { Open: "blue", Done: "orange", Checked: doc.effect === "Not Effective" ? "red" : "green", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
