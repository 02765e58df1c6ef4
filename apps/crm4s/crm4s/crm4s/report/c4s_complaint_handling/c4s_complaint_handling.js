frappe.query_reports["C4S Complaint Handling"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Handler", "Category", "Severity", "Cause", "Outcome", "Channel", "Model"]),
		...crm4s.reports.period(6, __("Received From"), __("Received Until")),
		crm4s.reports.store(),
		{ fieldname: "category", label: __("Category"), fieldtype: "Link", options: "C4S Complaint Category" },
		{ fieldname: "severity", label: __("Severity"), fieldtype: "Link", options: "C4S Complaint Severity" },
		{ fieldname: "handler", label: __("Handler"), fieldtype: "Link", options: "User" },
	],
	formatter: crm4s.reports.behind,
};
