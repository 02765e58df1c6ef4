frappe.views.calendar["C4S Service Appointment"] = crm4s.calendars.planned({
	get_css_class(data) {
		if (data.status === "Arrived") return "success";
		return data.parts_missing ? "warning" : "default";
	},
});
