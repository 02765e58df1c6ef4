frappe.query_reports["C4S Stock Age"] = {
	filters: [
		crm4s.reports.view(["Age", "Model", "Store", "Status", "New or Used", "Vehicle"]),
		crm4s.reports.store(),
		{ fieldname: "kind", label: __("New or Used"), fieldtype: "Select", options: [{ value: "", label: "" }, ...crm4s.forms.choices(["New Car", "Used Car"])] },
		crm4s.reports.model(),
	],
	formatter: crm4s.reports.behind,
};
