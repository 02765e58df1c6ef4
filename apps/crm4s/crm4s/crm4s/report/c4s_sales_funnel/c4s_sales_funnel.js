frappe.query_reports["C4S Sales Funnel"] = {
	filters: [
		{
			fieldname: "view",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Workflow State", "Source", "Sales Consultant", "Store"].map((value) => ({
				value,
				label: __(value),
			})),
			default: "Workflow State",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("Received From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Received Until"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "dealership", label: __("Store"), fieldtype: "Link", options: "C4S Dealership" },
		{ fieldname: "source", label: __("Source"), fieldtype: "Link", options: "C4S Source" },
		{ fieldname: "sales_consultant", label: __("Sales Consultant"), fieldtype: "Link", options: "User" },
	],
};
