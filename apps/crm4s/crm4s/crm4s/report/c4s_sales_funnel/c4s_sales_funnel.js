frappe.query_reports["C4S Sales Funnel"] = {
	filters: [
		crm4s.reports.view(["Workflow State", "Source", "Sales Consultant", "Store"]),
		...crm4s.reports.received(),
	],
	formatter: crm4s.reports.behind,
};
