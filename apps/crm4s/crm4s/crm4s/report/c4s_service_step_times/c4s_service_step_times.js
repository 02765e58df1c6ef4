frappe.query_reports["C4S Service Step Times"] = {
	filters: [
		{
			fieldname: "view",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Month", "Store", "Service Advisor", "Visit Kind"].map((value) => ({
				value,
				label: __(value),
			})),
			default: "Month",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "dealership", label: __("Store"), fieldtype: "Link", options: "C4S Dealership" },
		{ fieldname: "service_advisor", label: __("Service Advisor"), fieldtype: "Link", options: "User" },
		{
			fieldname: "visit_kind",
			label: __("Visit Kind"),
			fieldtype: "Select",
			options: ["", "Workshop", "Counter Sale", "Home Service", "Rescue"].map((value) => ({
				value,
				label: __(value),
			})),
			// Only cars in the workshop count as visits to the store.
			default: "Workshop",
		},
	],
};
