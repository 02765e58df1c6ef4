// What the reports about the value of customers have in common.
frappe.provide("crm4s.reports");

Object.assign(crm4s.reports, {
	value_class: () => ({
		fieldname: "value_class",
		label: __("Value Class"),
		fieldtype: "Select",
		options: [
			{ value: "", label: "" },
			...crm4s.forms.choices(["No Value", "High Value Stable", "High Value at Risk", "Low Value Stable", "Low Value at Risk"]),
		],
	}),

	// The more there is in a cell of the grid, the deeper its colour; the number opens the list of the documents.
	heat(value, row, column, data, default_formatter) {
		const shown = crm4s.reports.behind(value, row, column, data, default_formatter);
		if (!column.heat || !value || value < 0) return shown;
		const cells = frappe.query_report.data.flatMap((other) => Object.keys(other).filter((name) => name.startsWith("f_")).map((name) => other[name]));
		const depth = Math.sqrt(value / Math.max(...cells));
		return `<div style="background-color: rgba(36, 144, 239, ${(0.08 + 0.52 * depth).toFixed(2)})">${shown}</div>`;
	},
});
