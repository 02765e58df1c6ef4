frappe.listview_settings["C4S Complaint"] = {
	hide_name_column: true,
	add_fields: ["status", "respond_by", "responded_on", "resolve_by", "paused_since"],
	filters: [["status", "!=", "Closed"]],
	get_indicator(doc) {
		if (doc.status === "Closed") return [__("Closed"), "gray", "status,=,Closed"];
		if (doc.status === "Resolved") return [__("Resolved"), "green", "status,=,Resolved"];
		if (doc.paused_since) return [__("Waiting for Customer"), "gray", "status,=,Open|paused_since,is,set"];
		const now = frappe.datetime.now_datetime();
		if (doc.resolve_by < now) return [__("Overdue"), "red", `status,=,Open|resolve_by,<,${now}`];
		if (!doc.responded_on && doc.respond_by < now)
			return [
				__("Answer Overdue"),
				"orange",
				`status,=,Open|respond_by,<,${now}|responded_on,is,not set`,
			];
		return [__("Open"), "blue", "status,=,Open"];
	},
};
