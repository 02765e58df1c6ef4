frappe.query_reports["C4S DMS Reconciliation"] = {
	filters: [
		{ fieldname: "link", label: __("DMS Link"), fieldtype: "Link", options: "C4S DMS Link" },
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.add_days(frappe.datetime.get_today(), -30) },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today() },
	],
};
