frappe.query_reports["C4S Lead Funnel"] = {
	filters: [
		crm4s.reports.view(["Source", "Sales Consultant", "Store", "Interested Model"]),
		...crm4s.reports.received(),
	],
	formatter: crm4s.reports.behind,
};
