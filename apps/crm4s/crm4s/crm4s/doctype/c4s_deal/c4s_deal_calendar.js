// Deliveries by the day that the customer was promised.
frappe.views.calendar["C4S Deal"] = {
	field_map: { start: "promised_on", end: "promised_on", id: "name", title: "title", allDay: "allDay" },
	filters: [["C4S Deal", "status", "=", "Ordered"]],
	get_events_method: "frappe.desk.calendar.get_events",
	options: { editable: false, defaultView: "month" },
	get_css_class: (deal) => (deal.promised_on < frappe.datetime.get_today() ? "danger" : "success"),
};
