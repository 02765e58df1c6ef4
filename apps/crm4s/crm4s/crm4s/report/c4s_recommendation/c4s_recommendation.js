frappe.query_reports["C4S Recommendation"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Service Advisor", "Sales Consultant", "Model", "Survey", "Channel"]),
		...crm4s.reports.period(12, __("Answered From"), __("Answered Until")),
		crm4s.reports.store(),
		crm4s.reports.survey_kind(),
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
		crm4s.reports.model(),
	],
	formatter: crm4s.reports.answers_behind,
};
