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

	// What the funnels of leads ask for besides.
	received: () => [
		...crm4s.reports.period(3, __("Received From"), __("Received Until")),
		crm4s.reports.store(),
		{ fieldname: "source", label: __("Source"), fieldtype: "Link", options: "C4S Source" },
		{ fieldname: "sales_consultant", label: __("Sales Consultant"), fieldtype: "Link", options: "User" },
	],

	// Only cars in the workshop count as visits to the store.
	visit_kind: () => ({
		fieldname: "visit_kind",
		label: __("Visit Kind"),
		fieldtype: "Select",
		options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Workshop", "Counter Sale", "Home Service", "Rescue"])],
		default: "Workshop",
	}),
});
