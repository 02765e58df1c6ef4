frappe.views.calendar["C4S Booking"] = {
	field_map: {
		id: "name",
		start: "starts_at",
		end: "ends_at",
		title: "title",
		allDay: "allDay",
	},
	get_events_method: "crm4s.bookings.calendar.get_events",
	options: {
		// The calendar knows Chinese by another name than the desk.
		locale: frappe.boot.lang === "zh" ? "zh-cn" : frappe.boot.lang,
		defaultView: localStorage.getItem("cal_defaultView") || (frappe.is_mobile() ? "agendaDay" : "agendaWeek"),
		timeFormat: "HH:mm",
		slotLabelFormat: "HH:mm",
		allDaySlot: false,
		minTime: "07:00:00",
		maxTime: "22:00:00",
	},
};
