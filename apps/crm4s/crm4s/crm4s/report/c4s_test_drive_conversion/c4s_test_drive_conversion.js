frappe.query_reports["C4S Test Drive Conversion"] = {
	filters: [
		crm4s.reports.view(["Model", "Sales Consultant", "Store", "Test-Drive Car", "Route", "Likely to Buy", "Month"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		crm4s.reports.model(),
		crm4s.reports.sales_consultant(),
	],
	formatter: crm4s.reports.behind,
};
