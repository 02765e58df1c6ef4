frappe.query_reports["C4S Appointment Preparation"] = {
	filters: [
		{
			fieldname: "view",
			label: __("Show"),
			fieldtype: "Select",
			options: ["Cars", "Parts to Pick"].map((value) => ({ value, label: __(value) })),
			default: "Cars",
			reqd: 1,
		},
		{
			fieldname: "day",
			label: __("Day"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), 1),
			reqd: 1,
		},
		{
			fieldname: "dealership",
			label: __("Store"),
			fieldtype: "Link",
			options: "C4S Dealership",
			get_query: () => ({ query: "crm4s.access.own_store.search", filters: { is_group: 0 } }),
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return ["missing", "lacking"].includes(column.fieldname) && value ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
