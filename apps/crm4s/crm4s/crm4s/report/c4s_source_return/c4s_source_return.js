frappe.query_reports["C4S Source Return"] = {
	filters: [
		crm4s.reports.view(["Source", "Lead Channel", "Campaign", "Store", "Month"]),
		...crm4s.reports.received(),
	],
	formatter: crm4s.reports.behind,
};
