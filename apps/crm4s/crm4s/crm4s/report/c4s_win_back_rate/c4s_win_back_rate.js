frappe.query_reports["C4S Win-Back Rate"] = {
	filters: [
		crm4s.reports.view(["Month of Opening", "Store", "Handler", "Reason", "Kind of Offer", "Churn Stage", "Why It Ended"]),
		...crm4s.reports.period(12, __("Opened From"), __("Opened Until")),
		crm4s.reports.store(),
		{ fieldname: "reason", label: __("Reason"), fieldtype: "Link", options: "C4S Retention Reason" },
		{ fieldname: "handler", label: __("Handler"), fieldtype: "Link", options: "User" },
	],
};
