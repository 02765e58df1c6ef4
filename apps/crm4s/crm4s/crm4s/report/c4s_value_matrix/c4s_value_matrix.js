frappe.query_reports["C4S Value Matrix"] = {
	filters: [
		crm4s.reports.view(["Value and Risk", "Value Class", "Lifecycle Stage", "Store", "Model", "Month", "Migration"]),
		{ fieldname: "to_date", label: __("Month"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "from_date",
			label: __("Earlier Month"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -1),
			depends_on: "eval: doc.view === 'Migration'",
		},
		crm4s.reports.store(),
		crm4s.reports.model(),
	],
	formatter(value, row, column, data, default_formatter) {
		// Each number of the matrix is a class of its own.
		const place = { stable: 0, at_risk: 1 }[column.fieldname];
		const value_class = data && (data.classes && place !== undefined ? data.classes[place] : column.fieldname === "customers" && data.class);
		const counted = value_class ? { ...column, opens: "C4S Customer Value", only: { value_class } } : column;
		return crm4s.reports.behind(value, row, counted, data, default_formatter);
	},
};
