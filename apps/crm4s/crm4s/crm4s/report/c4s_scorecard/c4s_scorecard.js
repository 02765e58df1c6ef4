const LIGHTS = { Green: "green", Yellow: "orange", Red: "red" };

frappe.query_reports["C4S Scorecard"] = {
	filters: [
		crm4s.reports.store(),
		{ fieldname: "from_month", label: __("From Month"), fieldtype: "Date", default: frappe.datetime.add_months(frappe.datetime.month_start(), -2), reqd: 1 },
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Date", default: frappe.datetime.month_start(), reqd: 1 },
		{ fieldname: "kpi", label: __("KPI"), fieldtype: "Link", options: "C4S KPI" },
		{ fieldname: "persons", label: __("By Person"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		if (value === null || value === undefined) return "";
		const shown = default_formatter(value, row, column, data);
		return column.fieldname === "light" && data ? `<span class="indicator-pill ${LIGHTS[data.colour] || "gray"}">${shown}</span>` : shown;
	},
};
