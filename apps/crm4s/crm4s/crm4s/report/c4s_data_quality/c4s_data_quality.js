frappe.query_reports["C4S Data Quality"] = {
	filters: [
		crm4s.reports.view(["Check", "Store", "Month", "Same Phone", "Same Name and Birthday"]),
		crm4s.reports.store(),
		{
			fieldname: "kind",
			label: __("Kind of Fault"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Completeness", "Doubtful", "Out of Date", "Twice There"])],
		},
	],
	formatter(value, row, column, data, default_formatter) {
		// Each row is about documents of its own kind.
		const about = column.opens && data ? { ...column, opens: data.doctype } : column;
		return crm4s.reports.behind(value, row, about, data, default_formatter);
	},
};
