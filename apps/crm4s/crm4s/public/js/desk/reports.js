// Filters that reports have in common.
frappe.provide("crm4s.reports");

Object.assign(crm4s.reports, {
	// By what the report groups; the first of the views is the one that it opens with.
	view: (views) => ({
		fieldname: "view",
		label: __("Group By"),
		fieldtype: "Select",
		options: crm4s.forms.choices(views),
		default: views[0],
		reqd: 1,
	}),

	// A second one, whose groups stand side by side.
	across: (views) => ({
		fieldname: "across",
		label: __("And Across"),
		fieldtype: "Select",
		options: [{ value: "", label: "" }, ...crm4s.forms.choices(views)],
	}),

	// The last `months` months, this one among them.
	period: (months, from = __("From Date"), to = __("To Date")) => [
		{
			fieldname: "from_date",
			label: from,
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), 1 - months),
			reqd: 1,
		},
		{ fieldname: "to_date", label: to, fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
	],

	store: () => ({ fieldname: "dealership", label: __("Store"), fieldtype: "Link", options: "C4S Dealership" }),
	model: () => ({ fieldname: "model", label: __("Model"), fieldtype: "Link", options: "C4S Vehicle Model" }),
	service_advisor: () => ({ fieldname: "service_advisor", label: __("Service Advisor"), fieldtype: "Link", options: "User" }),
	sales_consultant: () => ({ fieldname: "sales_consultant", label: __("Sales Consultant"), fieldtype: "Link", options: "User" }),

	// What the funnels of leads ask for besides.
	received: () => [
		...crm4s.reports.period(3, __("Received From"), __("Received Until")),
		crm4s.reports.store(),
		{ fieldname: "source", label: __("Source"), fieldtype: "Link", options: "C4S Source" },
		crm4s.reports.sales_consultant(),
	],

	// Only cars in the workshop count as visits to the store.
	visit_kind: () => ({
		fieldname: "visit_kind",
		label: __("Visit Kind"),
		fieldtype: "Select",
		options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Workshop", "Counter Sale", "Home Service", "Rescue"])],
		default: "Workshop",
	}),

	// A figure of C4S Key Figures as people read it, from a row and the name of its column; a dash where it is not known.
	key_figure(row, name) {
		const value = row[name];
		if (value === null || value === undefined || value === "") return "–";
		const kind = row.kinds[name];
		const sign = name.endsWith("change") && value > 0 ? "+" : "";
		const unit = kind === "Percent" ? " %" : kind === "Difference" && row.unit === "%" ? ` ${__("pp")}` : "";
		return sign + format_number(value, null, { Int: 0, Currency: 2 }[kind] ?? 1) + unit;
	},

	// Good news or bad.
	key_figure_colour: (row, name) => ({ 1: "text-success", "-1": "text-danger" })[Math.sign(row.tones[name])] || "",

	// The formatter of reports whose columns say which documents they count (report/shapes.py): a number opens their list.
	// What is not told is empty, not nought, and words of people are text.
	behind(value, row, column, data, default_formatter) {
		if (value === null || value === undefined) return "";
		const safe = column.fieldtype === "Data" && typeof value === "string" ? frappe.utils.escape_html(value) : value;
		const shown = default_formatter(safe, row, column, data);
		if (!column.opens || !value || !data || !data.behind || !frappe.model.can_read(column.opens)) return shown;
		const chosen = encodeURIComponent(JSON.stringify({ doctype: column.opens, filters: filters_behind(column, data) }));
		return `<a data-c4s-behind="${chosen}" href="#" style="color: var(--blue-600)">${shown}</a>`;
	},
});

function filters_behind(column, row) {
	const filters = {};
	for (const [field, value] of Object.entries(row.behind)) {
		if (!column.keep || column.keep.includes(field)) filters[field] = value;
	}
	const span = column.span || row.span;
	if (column.moment && span) filters[column.moment] = ["between", span];
	return { ...filters, ...column.only };
}

$(document).on("click", "a[data-c4s-behind]", (event) => {
	event.preventDefault();
	const { doctype, filters } = JSON.parse(decodeURIComponent(event.currentTarget.dataset.c4sBehind));
	frappe.model.with_doctype(doctype, () => {
		// A list that opens for the first time would add the filters with which it was left.
		const left = frappe.get_user_settings(doctype, "List");
		if (left.filters) left.filters = [];
		frappe.route_options = filters;
		frappe.set_route("List", doctype);
	});
});
