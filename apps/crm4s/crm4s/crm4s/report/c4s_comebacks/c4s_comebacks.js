frappe.query_reports["C4S Comebacks"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Service Advisor", "Model", "Technician"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		crm4s.reports.service_advisor(),
	],
	formatter: crm4s.reports.behind,
};
