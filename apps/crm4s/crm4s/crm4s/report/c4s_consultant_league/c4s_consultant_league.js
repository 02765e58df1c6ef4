frappe.query_reports["C4S Consultant League"] = {
	filters: [
		crm4s.reports.view(["Sales Consultant", "Store", "Month"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		{ fieldname: "deal_kind", label: __("Kind of Car"), fieldtype: "Select", options: [{ value: "", label: "" }, ...crm4s.forms.choices(["New Car", "Used Car"])] },
	],
	formatter: crm4s.reports.behind,
};
