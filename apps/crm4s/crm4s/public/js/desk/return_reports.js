// What the reports about coming back have in common.
frappe.provide("crm4s.reports");

// To the last day of the month before this one, or before that by `back` months.
const months_ago = (months) => frappe.datetime.add_months(frappe.datetime.month_start(), -months);

Object.assign(crm4s.reports, {
	// The last `months` months that are over, or as many that ended `back` months ago.
	whole_months: (months, back = 0) => [
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", default: months_ago(months + back), reqd: 1 },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.add_days(months_ago(back), -1), reqd: 1 },
	],

	window: (label, chosen = "") => ({
		fieldname: "window",
		label,
		fieldtype: "Select",
		options: [...(chosen ? [] : [""]), "3", "6", "9", "12", "18", "24"],
		default: chosen,
	}),

	// A formatter in which the number of a column opens the same report's list of cars, of the row's month, store or model.
	cars_behind: (counted) =>
		function (value, row, column, data, default_formatter) {
			if (value === null || value === undefined) return "";
			const shown = default_formatter(value, row, column, data);
			// A delivery has no service whose cars could be told.
			if (column.fieldname !== counted || !data || !value || data.node === 0) return shown;
			const chosen = encodeURIComponent(JSON.stringify(data));
			return `<a data-c4s-cars="${chosen}" href="#">${shown}</a>`;
		},
});

const LINK_OF_ROW = { Store: ["dealership", "C4S Dealership"], Model: ["model", "C4S Vehicle Model"] };

$(document).on("click", "a[data-c4s-cars]", (event) => {
	event.preventDefault();
	const row = JSON.parse(decodeURIComponent(event.currentTarget.dataset.c4sCars));
	const report = frappe.query_report;
	const { view } = report.get_filter_values();
	const chosen = { view: "Cars" };
	if (row.node !== undefined) chosen.node = String(row.node);
	else if (LINK_OF_ROW[view]) {
		const [field, doctype] = LINK_OF_ROW[view];
		chosen[field] = row.key;
		// A filter whose title is not known yet has no value until it was asked for: the cars of all stores would come.
		frappe.utils.add_link_title(doctype, row.key, row.label);
	} else {
		chosen.from_date = `${row.label}-01`;
		chosen.to_date = frappe.datetime.obj_to_str(moment(chosen.from_date).endOf("month").toDate());
	}
	report.set_filter_value(chosen);
});
