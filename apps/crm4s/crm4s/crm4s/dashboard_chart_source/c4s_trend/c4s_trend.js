frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["C4S Trend"] = {
	method: "crm4s.crm4s.dashboard_chart_source.c4s_trend.c4s_trend.get",
	filters: [
		{
			fieldname: "figure",
			label: __("Figure"),
			fieldtype: "Select",
			options: [
				"Leads Received",
				"Leads Received and Won",
				"Cars Ordered and Delivered",
				"Cars Arrived",
				"Service Revenue",
				"Complaints Received",
				"Satisfaction Index",
				"New Customers",
				"Queries of Stock and Customers",
			].map((value) => ({ value, label: __(value) })),
			reqd: 1,
		},
		{
			fieldname: "period",
			label: __("Period"),
			fieldtype: "Select",
			options: ["Last 30 Days", "Last 90 Days", "Last 12 Weeks", "Last 26 Weeks"].map((value) => ({
				value,
				label: __(value),
			})),
			default: "Last 30 Days",
			reqd: 1,
		},
	],
};
