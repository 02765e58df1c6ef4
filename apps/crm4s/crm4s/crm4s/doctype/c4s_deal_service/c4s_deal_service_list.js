frappe.listview_settings["C4S Deal Service"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Done") return [__("Done"), "green", "status,=,Done"];
		if (doc.status === "Cancelled") return [__("Cancelled"), "gray", "status,=,Cancelled"];
		if (doc.due_on && doc.due_on < today)
			return [__("Overdue"), "red", `status,in,Open,In Progress|due_on,<,${today}`];
		if (doc.status === "In Progress") return [__("In Progress"), "orange", "status,=,In Progress"];
		return [__("Open"), "blue", "status,=,Open"];
	},
};
