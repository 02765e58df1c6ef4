frappe.views.calendar["C4S Test Drive"] = {
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
		if (data.status === "Done") return "success";
		if (data.status === "Driving") return "warning";
		return data.status === "No-Show" ? "danger" : "default";
	},
};
