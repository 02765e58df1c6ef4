frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["C4S Breakdown"] = {
	method: "crm4s.crm4s.dashboard_chart_source.c4s_breakdown.c4s_breakdown.get",
	filters: [
		{
			fieldname: "figure",
			label: __("Figure"),
			fieldtype: "Select",
			options: [
				"Leads by Source",
				"Open Leads by Grade",
				"Defeat Reasons",
				"Orders by Payment Method",
				"Visits by Kind",
				"Complaints by Category",
				"Recommendation by Group",
			].map((value) => ({ value, label: __(value) })),
			reqd: 1,
		},
		{
			fieldname: "period",
			label: __("Period"),
			fieldtype: "Select",
			options: ["Last 30 Days", "Last 90 Days", "Last 365 Days"].map((value) => ({ value, label: __(value) })),
			default: "Last 90 Days",
		},
	],
};
