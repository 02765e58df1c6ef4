frappe.query_reports["C4S Service Step Times"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Service Advisor", "Visit Kind"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		crm4s.reports.service_advisor(),
		crm4s.reports.visit_kind(),
	],
	formatter: crm4s.reports.behind,
};
