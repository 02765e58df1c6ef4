// What the reports about surveys have in common.
frappe.provide("crm4s.reports");

const FIELD_OF_VIEW = {
	Store: "dealership",
	"Service Advisor": "service_advisor",
	"Sales Consultant": "sales_consultant",
	Model: "model",
	Survey: "survey",
	Channel: "channel",
};

// The list of the responses behind a row, as far as the reader sees them.
function responses_of(row, filters) {
	const chosen = { responded_on: ["between", [filters.from_date, filters.to_date]] };
	for (const name of ["survey", "survey_kind", "service_advisor", "sales_consultant", "model", "dealership"]) {
		if (filters[name]) chosen[name] = filters[name];
	}
	const field = FIELD_OF_VIEW[filters.view];
	if (field && row.key) chosen[field] = row.key;
	if (filters.view === "Month" && row.key) {
		const end = frappe.datetime.obj_to_str(moment(`${row.key}-01`).endOf("month").toDate());
		chosen.responded_on = ["between", [`${row.key}-01`, end]];
	}
	return chosen;
}

Object.assign(crm4s.reports, {
	survey_kind: () => ({
		fieldname: "survey_kind",
		label: __("Survey Kind"),
		fieldtype: "Select",
		options: [
			{ value: "", label: "" },
			...crm4s.forms.choices(["SSI", "CSI", "NPS", "Lost Customer", "Expectation", "Interview", "Mystery Shopper", "On-Site Assessment"]),
		],
	}),

	// What is not told is empty, not nought; words of customers are text, whatever they wrote; a number of answers leads to them.
	answers_behind(value, row, column, data, default_formatter) {
		if (value === null || value === undefined) return "";
		const safe = column.fieldtype === "Data" && typeof value === "string" ? frappe.utils.escape_html(value) : value;
		const shown = default_formatter(safe, row, column, data);
		if (column.fieldname !== "answers" || !data || !value || !frappe.model.can_read("C4S Survey Response")) return shown;
		const chosen = encodeURIComponent(JSON.stringify(responses_of(data, frappe.query_report.get_filter_values())));
		return `<a data-c4s-responses="${chosen}" href="#">${shown}</a>`;
	},
});

$(document).on("click", "a[data-c4s-responses]", (event) => {
	event.preventDefault();
	frappe.route_options = JSON.parse(decodeURIComponent(event.currentTarget.dataset.c4sResponses));
	frappe.set_route("List", "C4S Survey Response");
});
