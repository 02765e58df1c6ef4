// From the first to the last day; the Gantt view uses the same.
frappe.views.calendar["C4S Campaign"] = {
	field_map: { start: "starts_on", end: "ends_on", id: "name", title: "title", allDay: "allDay", status: "status" },
	get_events_method: "crm4s.crm4s.doctype.c4s_campaign.calendar.get_events",
	gantt: true,
	options: {
		// The calendar knows Chinese by another name than the desk.
		locale: frappe.boot.lang === "zh" ? "zh-cn" : frappe.boot.lang,
		defaultView: frappe.is_mobile() ? "listMonth" : "month",
		editable: false,
	},
	get_css_class({ status }) {
		return { Running: "success", Paused: "warning", Cancelled: "danger" }[status] || "default";
	},
};
