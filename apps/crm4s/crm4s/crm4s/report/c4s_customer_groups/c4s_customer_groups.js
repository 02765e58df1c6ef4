frappe.query_reports["C4S Customer Groups"] = {
	filters: [
		crm4s.reports.store(),
		crm4s.reports.model(),
		crm4s.reports.value_class(),
		{ fieldname: "groups", label: __("Number of Groups"), fieldtype: "Select", options: ["", "2", "3", "4", "5", "6", "7"] },
	],
};
