frappe.query_reports["C4S Survey Response Rate"] = {
	filters: [
		crm4s.reports.view(["Channel", "Survey", "Invitation Rule", "Store", "Month"]),
		...crm4s.reports.period(3, __("Invited From"), __("Invited Until")),
		crm4s.reports.store(),
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
	],
};
