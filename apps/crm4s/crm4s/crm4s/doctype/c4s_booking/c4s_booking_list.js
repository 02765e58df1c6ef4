frappe.listview_settings["C4S Booking"] = {
	hide_name_column: true,
	add_fields: ["status", "ends_at"],
	filters: [["status", "=", "Booked"]],
	get_indicator(doc) {
		if (doc.status === "Released") return [__("Released"), "gray", "status,=,Released"];
		const now = frappe.datetime.now_datetime();
		if (doc.ends_at < now) return [__("Over"), "green", `status,=,Booked|ends_at,<,${now}`];
		return [__("Booked"), "blue", "status,=,Booked"];
	},
};
