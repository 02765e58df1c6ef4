frappe.query_reports["C4S Key Figures"] = {
	filters: [
		crm4s.reports.view(["Ten-Day Period", "Month", "Days of Your Choice"]),
		{
			fieldname: "day",
			label: __("A Day of the Period"),
			fieldtype: "Date",
			description: __("Empty: the last period that is over."),
			depends_on: "eval:doc.view !== 'Days of Your Choice'",
		},
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", depends_on: "eval:doc.view === 'Days of Your Choice'" },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", depends_on: "eval:doc.view === 'Days of Your Choice'" },
		crm4s.reports.store(),
	],

	formatter(value, row, column, data, format) {
		if (data?.is_section) return column.fieldname === "label" ? `<b>${format(value, row, column, data)}</b>` : "";
		if (!data?.kinds?.[column.fieldname]) return format(value, row, column, data);
		const text = crm4s.reports.key_figure(data, column.fieldname);
		if (value === null || value === undefined || value === "") return `<div class="text-right text-muted">${text}</div>`;
		const colour = crm4s.reports.key_figure_colour(data, column.fieldname);
		return `<div class="text-right ${colour}">${linked(text, data, column.fieldname, value)}</div>`;
	},
};

// A figure of a period opens the list of what it counts.
function linked(text, { opens, spans, behind }, period, value) {
	if (!opens || !spans[period] || !value || !frappe.model.can_read(opens.doctype)) return text;
	const filters = { ...behind, ...opens.filters, [opens.moment]: ["between", spans[period]] };
	return `<a data-c4s-behind="${encodeURIComponent(JSON.stringify({ doctype: opens.doctype, filters }))}" href="#">${text}</a>`;
}
