frappe.query_reports["C4S Bay Use"] = {
	filters: [crm4s.reports.view(["Bay", "Store", "Day", "Weekday"]), ...crm4s.reports.period(1), crm4s.reports.store()],
	formatter: crm4s.reports.behind,
};
