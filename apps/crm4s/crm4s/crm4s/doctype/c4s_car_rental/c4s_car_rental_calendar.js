frappe.views.calendar["C4S Car Rental"] = {
	field_map: {
		id: "name",
		start: "planned_from",
		end: "planned_to",
		title: "title",
		allDay: "allDay",
	},
	get_events_method: "crm4s.bookings.calendar.get_events",
	// Cars are away for days: a month shows them better than the hours of a day.
	options: { ...crm4s.calendars.working_day(), defaultView: "month" },
	get_css_class(data) {
		if (data.status === "Brought Back") return "success";
		if (data.status === "Handed Out") return data.planned_to < frappe.datetime.now_datetime() ? "danger" : "warning";
		return "default";
	},
};
