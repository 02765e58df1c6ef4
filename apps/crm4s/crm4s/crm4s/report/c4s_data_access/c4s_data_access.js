frappe.query_reports["C4S Data Access"] = {
	filters: [
		crm4s.reports.view(["Entries", "User", "Customer"]),
		...crm4s.reports.period(1),
		crm4s.reports.store(),
		{ fieldname: "user", label: __("User"), fieldtype: "Link", options: "User" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "C4S Customer" },
		{
			fieldname: "action",
			label: __("Kind of Access"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Read", "Changed", "Exported", "Revealed", "Merged", "Undone", "Erased"])],
		},
	],
};
