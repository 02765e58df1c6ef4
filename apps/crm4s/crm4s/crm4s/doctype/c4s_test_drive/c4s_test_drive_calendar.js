frappe.views.calendar["C4S Test Drive"] = crm4s.calendars.planned({
	get_css_class(data) {
		if (data.status === "Done") return "success";
		if (data.status === "Driving") return "warning";
		return data.status === "No-Show" ? "danger" : "default";
	},
});
