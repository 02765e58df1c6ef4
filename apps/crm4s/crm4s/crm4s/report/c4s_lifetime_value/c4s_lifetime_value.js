frappe.query_reports["C4S Lifetime Value"] = {
	filters: [
		crm4s.reports.view(["Distribution", "Store", "Model", "Month", "Drivers by Store"]),
		crm4s.reports.store(),
		crm4s.reports.model(),
		{ ...crm4s.reports.value_class(), depends_on: "eval: doc.view === 'Distribution'" },
		{ fieldname: "width", label: __("Width of a Band (CNY)"), fieldtype: "Int", default: 1000, depends_on: "eval: doc.view === 'Distribution'" },
	],
	formatter: crm4s.reports.behind,
};
