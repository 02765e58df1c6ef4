frappe.query_reports["C4S Points Statement"] = {
	filters: [
		{ fieldname: "membership", label: __("Membership"), fieldtype: "Link", options: "C4S Membership" },
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.get_today(), -12), reqd: 1 },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		crm4s.reports.store(),
		{
			fieldname: "entry_kind",
			label: __("Kind"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Earn", "Redeem", "Expire", "Reverse", "Adjust"])],
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "points" && data?.points < 0 ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
