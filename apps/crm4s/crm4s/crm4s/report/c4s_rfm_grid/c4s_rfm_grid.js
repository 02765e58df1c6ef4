frappe.query_reports["C4S RFM Grid"] = {
	filters: [
		crm4s.reports.view(["Customers", "Margin After Relationship Cost", "Margin of a Customer", "Lifetime Value"]),
		crm4s.reports.store(),
		crm4s.reports.model(),
		{ fieldname: "money", label: __("Money Score"), fieldtype: "Select", options: ["", "5", "4", "3", "2", "1"] },
		crm4s.reports.value_class(),
	],
	formatter: crm4s.reports.heat,
};
