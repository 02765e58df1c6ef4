// How the calendars of all that is booked for a time look: a working day on one sheet, in the user's language.
frappe.provide("crm4s.calendars");

crm4s.calendars.working_day = () => ({
	// The calendar knows Chinese by another name than the desk.
	locale: frappe.boot.lang === "zh" ? "zh-cn" : frappe.boot.lang,
	defaultView: localStorage.getItem("cal_defaultView") || (frappe.is_mobile() ? "agendaDay" : "agendaWeek"),
	timeFormat: "HH:mm",
	slotLabelFormat: "HH:mm",
	allDaySlot: false,
	minTime: "07:00:00",
	maxTime: "22:00:00",
	contentHeight: "auto",
});

// The calendar of documents that book something from `planned_from` to `planned_to`; `more` says what differs.
crm4s.calendars.planned = (more = {}) => ({
	field_map: { id: "name", start: "planned_from", end: "planned_to", title: "title", allDay: "allDay" },
	get_events_method: "crm4s.bookings.calendar.get_events",
	options: crm4s.calendars.working_day(),
	...more,
});
