frappe.views.calendar["C4S Service Appointment"] = {
	field_map: {
		id: "name",
		start: "planned_from",
		end: "planned_to",
		title: "title",
		allDay: "allDay",
	},
	get_events_method: "crm4s.bookings.calendar.get_events",
	options: crm4s.calendars.working_day(),
	get_css_class(data) {
		if (data.status === "Arrived") return "success";
		return data.parts_missing ? "warning" : "default";
	},
};
