frappe.query_reports["C4S Stores Side by Side"] = {
	filters: [
		{
			...crm4s.reports.view(["Settled Amount", "Visits", "Amount per Visit", "Cars Delivered", "Cars Seen Again %"]),
			label: __("Bars Show"),
		},
		...crm4s.reports.period(12),
		{
			fieldname: "window",
			label: __("Came Back Within (Months)"),
			fieldtype: "Select",
			options: ["3", "6", "9", "12", "18", "24"],
			default: "12",
		},
	],
	formatter: crm4s.reports.behind,
};
