frappe.query_reports["C4S Satisfaction Drivers"] = {
	filters: [
		{ ...crm4s.reports.view(["Recommendation", "Satisfaction Index"]), label: __("What Is Moved") },
		{ fieldname: "survey", label: __("Survey"), fieldtype: "Link", options: "C4S Survey" },
		...crm4s.reports.period(12, __("Answered From"), __("Answered Until")),
		crm4s.reports.store(),
		crm4s.reports.model(),
	],
	formatter: crm4s.reports.answers_behind,
	// The survey with the most questions that staff ask: after a visit to the workshop.
	async onload(report) {
		if (report.get_filter_value("survey")) return;
		const found = await frappe.db.get_value("C4S Survey", { survey_kind: "CSI", enabled: 1 }, "name");
		if (found.message?.name) report.set_filter_value("survey", found.message.name);
	},
};
