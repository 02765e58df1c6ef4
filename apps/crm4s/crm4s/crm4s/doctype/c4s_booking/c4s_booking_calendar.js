frappe.views.calendar["C4S Booking"] = {
	field_map: {
		id: "name",
		start: "starts_at",
		end: "ends_at",
		title: "title",
		allDay: "allDay",
	},
	get_events_method: "crm4s.bookings.calendar.get_events",
	options: crm4s.calendars.working_day(),
};
