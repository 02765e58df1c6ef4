{
	const views = ["Month", "Ten-Day Period", "Store", "Region", "Visit Kind", "Model", "Customer Kind", "Service Advisor"];

	frappe.query_reports["C4S Service Volume"] = {
		filters: [
			crm4s.reports.view(views),
			crm4s.reports.across(views),
			{
				fieldname: "measure",
				label: __("Show"),
				fieldtype: "Select",
				options: crm4s.forms.choices(["Visits", "Settled Amount", "Amount per Visit"]),
				default: "Visits",
				depends_on: "eval:doc.across",
			},
			...crm4s.reports.period(3),
			crm4s.reports.store(),
			crm4s.reports.visit_kind(),
		],
		formatter: crm4s.reports.behind,
	};
}
