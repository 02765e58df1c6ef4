frappe.query_reports["C4S Due Forecast"] = {
	filters: [
		crm4s.reports.view(["Week", "Store", "Model"]),
		{ fieldname: "weeks", label: __("Weeks"), fieldtype: "Int", default: 12, reqd: 1 },
		crm4s.reports.store(),
		crm4s.reports.model(),
	],
	formatter: crm4s.reports.behind,
};
