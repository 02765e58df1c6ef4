frappe.query_reports["C4S Competitor Benchmark"] = {
	filters: [
		crm4s.reports.view(["Benchmark Item", "Competitor", "Every Figure"]),
		...crm4s.reports.period(12, __("Observed From"), __("Observed Until")),
		crm4s.reports.store(),
		{ fieldname: "aspect", label: __("Dimension"), fieldtype: "Select", options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Price", "Time", "Service"])] },
		{ fieldname: "competitor", label: __("Competitor"), fieldtype: "Link", options: "C4S Competitor" },
		{ fieldname: "item", label: __("Benchmark Item"), fieldtype: "Link", options: "C4S Benchmark Item" },
		{ fieldname: "vehicle_model", label: __("Model"), fieldtype: "Link", options: "C4S Vehicle Model" },
	],

	formatter(value, row, column, data, format) {
		const shown = crm4s.reports.behind(value, row, column, data, format);
		const tone = data?.tones?.[column.fieldname];
		return tone ? `<span class="${tone > 0 ? "text-success" : "text-danger"}">${shown}</span>` : shown;
	},
};
