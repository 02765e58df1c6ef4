frappe.query_reports["C4S Interaction Centre"] = {
	filters: [
		crm4s.reports.view(["Agent", "Category", "Channel", "Hour", "Department", "Store", "Month"]),
		...crm4s.reports.period(1, __("From Date"), __("To Date")),
		crm4s.reports.store(),
		{ fieldname: "category", label: __("Category"), fieldtype: "Link", options: "C4S Interaction Category" },
		{ fieldname: "channel", label: __("Channel"), fieldtype: "Select", options: ["", ...crm4s.forms.choices(["Phone", "Fax", "E-mail", "Web", "SMS", "WeChat", "Portal", "Social Account", "Visit"])] },
	],
	formatter: crm4s.reports.behind,
};
