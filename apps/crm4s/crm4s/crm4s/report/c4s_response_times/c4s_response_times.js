frappe.query_reports["C4S Response Times"] = {
	filters: [
		crm4s.reports.view(["Month", "Store", "Trouble", "Team"]),
		...crm4s.reports.period(3),
		crm4s.reports.store(),
		{ fieldname: "trouble", label: __("Trouble"), fieldtype: "Link", options: "C4S Trouble Type" },
		{
			fieldname: "kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Rescue", "Home Service"])],
			// Of a home service it was agreed when the team comes.
			default: "Rescue",
		},
	],
};
