frappe.query_reports["C4S Possible Twins"] = {
	filters: [crm4s.reports.store(), { fieldname: "at_least", label: __("Certainty at Least"), fieldtype: "Int", default: 50 }],
	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname !== "compare" || !data?.customer) return default_formatter(value, row, column, data);
		const [customer, other] = [data.customer, data.other].map((name) => frappe.utils.escape_html(name));
		return `<button class="btn btn-xs btn-default c4s-compare-pair" data-customer="${customer}" data-other="${other}">${__("Compare")}</button>`;
	},
	onload(report) {
		report.page.wrapper.on("click", ".c4s-compare-pair", (event) => {
			const { customer, other } = event.currentTarget.dataset;
			crm4s.merging.open(customer, other, () => report.refresh());
		});
	},
};
