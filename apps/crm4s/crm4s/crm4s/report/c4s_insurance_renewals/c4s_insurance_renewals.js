frappe.query_reports["C4S Insurance Renewals"] = {
	filters: [
		{
			fieldname: "days",
			label: __("Ends within (days)"),
			fieldtype: "Select",
			options: ["30", "60", "90"],
			default: "90",
			reqd: 1,
		},
		{ fieldname: "ended_days", label: __("Ended within (days)"), fieldtype: "Int", default: 30 },
		crm4s.reports.store(),
		{
			fieldname: "policy_kind",
			label: __("Policy Kind"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Compulsory Insurance", "Commercial Insurance"])],
		},
		{ fieldname: "insurer", label: __("Insurer"), fieldtype: "Link", options: "C4S Insurer" },
		{ fieldname: "seller", label: __("Sold By"), fieldtype: "Link", options: "User" },
		{ fieldname: "sold_by_us", label: __("Sold by Us"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "days_left" && data?.days_left < 0 ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
