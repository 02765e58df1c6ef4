frappe.views.calendar["C4S Lead"] = {
	field_map: {
		start: "next_contact_on",
		end: "next_contact_on",
		id: "name",
		title: "lead_name",
		status: "grade",
		allDay: "all_day",
	},
	get_css_class(data) {
		return data.next_contact_on < frappe.datetime.get_today() ? "danger" : "success";
	},
	get_events_method: "crm4s.leads.calendar.next_contacts",
};
