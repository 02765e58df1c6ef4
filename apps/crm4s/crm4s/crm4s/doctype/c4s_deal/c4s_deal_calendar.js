// Deliveries by the day that the customer was promised: delivered, to come, late.
frappe.views.calendar["C4S Deal"] = {
	field_map: { start: "promised_on", end: "promised_on", id: "name", title: "title", allDay: "allDay" },
	get_events_method: "crm4s.crm4s.doctype.c4s_deal.calendar.get_events",
	options: {
		// The calendar knows Chinese by another name than the desk.
		locale: frappe.boot.lang === "zh" ? "zh-cn" : frappe.boot.lang,
		defaultView: frappe.is_mobile() ? "listWeek" : "month",
		editable: false,
	},
	get_css_class(deal) {
		if (deal.status === "Delivered") return "success";
		return deal.promised_on < frappe.datetime.get_today() ? "danger" : "default";
	},
};
