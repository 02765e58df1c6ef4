frappe.query_reports["C4S Survey Voices"] = {
	filters: [
		crm4s.reports.view(["Key Words", "Most Wished", "Most Complained"]),
		...crm4s.reports.period(12, __("Answered From"), __("Answered Until")),
		crm4s.reports.store(),
		crm4s.reports.survey_kind(),
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
		crm4s.reports.model(),
		{
			fieldname: "polarity",
			label: __("What It Says"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Praise", "Complaint", "Mixed", "No Score"])],
		},
	],
	formatter: crm4s.reports.answers_behind,
};
