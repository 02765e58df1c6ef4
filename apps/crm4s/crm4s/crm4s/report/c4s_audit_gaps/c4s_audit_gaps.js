frappe.query_reports["C4S Audit Gaps"] = {
	filters: [
		crm4s.reports.view(["Question", "Store", "Section", "Touchpoint", "Month", "Survey"]),
		...crm4s.reports.period(12, __("Visited From"), __("Visited Until")),
		crm4s.reports.store(),
		{ fieldname: "audit_kind", label: __("Kind"), fieldtype: "Select", options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Mystery Shopper", "On-Site Assessment"])] },
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
	],
	formatter: crm4s.reports.behind,
};
