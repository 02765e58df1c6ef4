frappe.listview_settings["C4S Store Audit"] = {
	add_fields: ["status", "window_until", "score", "rated_answers"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		const waits = ["Scheduled", "Under Way"].includes(doc.status);
		if (waits && doc.window_until < today) return [__("Overdue"), "red", `status,in,Scheduled,Under Way|window_until,<,${today}`];
		const colours = { Scheduled: "blue", "Under Way": "orange", "Handed In": "purple", Published: "green", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
