frappe.query_reports["C4S Service Volume"] = {
	filters: [
		crm4s.reports.view(["Month", "Ten-Day Period", "Store", "Visit Kind", "Model", "Customer Kind"]),
		...crm4s.reports.period(12),
		crm4s.reports.store(),
		crm4s.reports.visit_kind(),
	],
};
