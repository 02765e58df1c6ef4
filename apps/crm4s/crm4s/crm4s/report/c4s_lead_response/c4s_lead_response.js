frappe.query_reports["C4S Lead Response"] = {
	filters: [crm4s.reports.view(["Sales Consultant", "Source", "Store", "Month"]), ...crm4s.reports.received()],
	formatter: crm4s.reports.behind,
};
