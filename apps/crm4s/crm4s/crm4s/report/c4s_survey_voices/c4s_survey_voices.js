frappe.query_reports["C4S Survey Voices"] = {
	filters: [
		crm4s.reports.view(["Key Words", "Most Wished", "Most Complained"]),
		...crm4s.reports.period(12, __("Answered From"), __("Answered Until")),
		crm4s.reports.store(),
		crm4s.reports.survey_kind(),
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
		{ fieldname: "model", label: __("Model"), fieldtype: "Link", options: "C4S Vehicle Model" },
		{
			fieldname: "polarity",
			label: __("What It Says"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Praise", "Complaint", "Mixed", "No Score"])],
		},
	],
	// Customers' own words are text, whatever they wrote.
	formatter(value, row, column, data, default_formatter) {
		const safe = column.fieldtype === "Data" && typeof value === "string" ? frappe.utils.escape_html(value) : value;
		return default_formatter(safe, row, column, data);
	},
};
