frappe.query_reports["C4S Defeat Analysis"] = {
	filters: [
		crm4s.reports.view(["Reason", "Competitor", "How Far It Came", "Interested Model", "Source", "Sales Consultant", "Store", "Month"]),
		crm4s.reports.across(["Reason", "Competitor", "How Far It Came", "Interested Model", "Source", "Sales Consultant", "Store", "Month"]),
		...crm4s.reports.period(3, __("Lost From"), __("Lost Until")),
		crm4s.reports.store(),
		{ fieldname: "lost_reason", label: __("Reason"), fieldtype: "Link", options: "C4S Defeat Reason" },
		{ fieldname: "competitor", label: __("Competitor"), fieldtype: "Link", options: "C4S Competitor" },
		{ fieldname: "interested_model", label: __("Interested Model"), fieldtype: "Link", options: "C4S Vehicle Model" },
		crm4s.reports.sales_consultant(),
	],
	formatter: crm4s.reports.behind,
};
