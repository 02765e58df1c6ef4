frappe.query_reports["C4S Packages Sold"] = {
	filters: [
		crm4s.reports.view(["Service Package", "Month", "Store", "Service Advisor", "Model"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		{ fieldname: "package", label: __("Service Package"), fieldtype: "Link", options: "C4S Service Package" },
	],
	formatter: crm4s.reports.behind,
};
