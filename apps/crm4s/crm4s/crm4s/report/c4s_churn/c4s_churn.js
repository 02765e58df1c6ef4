frappe.query_reports["C4S Churn"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Model", "Month of Visit", "Cars"]),
		...crm4s.reports.whole_months(12),
		crm4s.reports.store(),
		crm4s.reports.model(),
		crm4s.reports.window(__("A Car Is Lost After (months)")),
	],
	// The number of lost cars opens the cars.
	formatter: crm4s.reports.cars_behind("lost"),
};
