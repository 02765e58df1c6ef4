frappe.query_reports["C4S ABC Analysis"] = {
	filters: [
		crm4s.reports.view(["ABC Class", "Store", "Model"]),
		{ fieldname: "to_date", label: __("Month"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		crm4s.reports.store(),
		crm4s.reports.model(),
	],
	formatter: crm4s.reports.behind,
};
