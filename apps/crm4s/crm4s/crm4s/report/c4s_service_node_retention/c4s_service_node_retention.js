frappe.query_reports["C4S Service Node Retention"] = {
	filters: [
		crm4s.reports.view(["Service Node", "Store", "Model", "Cars"]),
		...crm4s.reports.whole_months(12, 12),
		crm4s.reports.store(),
		crm4s.reports.model(),
		crm4s.reports.window(__("Next Service within (months)"), "12"),
		{
			fieldname: "node",
			label: __("Cars of Service"),
			fieldtype: "Select",
			options: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
			default: "1",
			depends_on: "eval: doc.view === 'Cars'",
		},
	],
	// Who did not come opens the cars.
	formatter: crm4s.reports.cars_behind("missed"),
};
