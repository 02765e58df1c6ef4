frappe.query_reports["C4S Segment Profile"] = {
	filters: [
		{ fieldname: "segment", label: __("Segment"), fieldtype: "Link", options: "C4S Segment" },
		crm4s.reports.view([
			"Overview",
			"Value Class",
			"Lifecycle Stage",
			"ABC Class",
			"Model",
			"Age",
			"Spending",
			"Visits",
			"Kind of Customer",
			"Sex",
			"Use",
			"Loyalty",
			"Source",
			"City",
			"Occupation",
			"Income Band",
		]),
	],
	formatter: crm4s.reports.behind,
};
