frappe.query_reports["C4S Message Outcomes"] = {
	filters: [
		crm4s.reports.view(["Channel", "Template", "Contact Purpose", "Asked for By", "Store", "Month"]),
		...crm4s.reports.period(1),
		crm4s.reports.store(),
		{ fieldname: "channel_kind", label: __("Channel"), fieldtype: "Select", options: [{ value: "", label: "" }, ...crm4s.forms.choices(["SMS", "E-Mail", "WeCom", "WeChat", "Portal Notice", "Desk Task"])] },
		{ fieldname: "purpose", label: __("Contact Purpose"), fieldtype: "Link", options: "C4S Contact Purpose" },
		{ fieldname: "template", label: __("Template"), fieldtype: "Link", options: "C4S Message Template" },
	],
	formatter: crm4s.reports.behind,
};
