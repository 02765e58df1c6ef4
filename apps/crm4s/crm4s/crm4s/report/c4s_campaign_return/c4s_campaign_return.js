frappe.query_reports["C4S Campaign Return"] = {
	filters: [
		crm4s.reports.view(["Campaign", "Kind", "Month", "Store"]),
		...crm4s.reports.period(12, __("Begun From"), __("Begun Until")),
		crm4s.reports.store(),
		{ fieldname: "kind", label: __("Campaign Kind"), fieldtype: "Link", options: "C4S Campaign Kind" },
	],
};
