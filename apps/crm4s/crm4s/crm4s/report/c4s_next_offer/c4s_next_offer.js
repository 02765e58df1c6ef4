frappe.query_reports["C4S Next Offer"] = {
	filters: [
		crm4s.reports.view(["Rules", "Customers"]),
		crm4s.reports.store(),
		{
			fieldname: "then_kind",
			label: __("What Is Offered"),
			fieldtype: "Select",
			options: [{ value: "", label: "" }, ...crm4s.forms.choices(["Service Item", "Service Package", "Deal Service", "Accessory", "Insurance"])],
			depends_on: "eval: doc.view === 'Rules'",
		},
		{ fieldname: "least_confidence", label: __("At Least Have It (%)"), fieldtype: "Percent", depends_on: "eval: doc.view === 'Rules'" },
		{ fieldname: "if_item", label: __("Who Has"), fieldtype: "Data", depends_on: "eval: doc.view === 'Customers'" },
		{ fieldname: "then_item", label: __("Lacks"), fieldtype: "Data", depends_on: "eval: doc.view === 'Customers'" },
	],
	// The number of those who lack it opens them.
	formatter(value, row, column, data, default_formatter) {
		const shown = crm4s.reports.behind(value, row, column, data, default_formatter);
		if (column.fieldname !== "lacking" || !value) return shown;
		const chosen = encodeURIComponent(JSON.stringify({ view: "Customers", if_item: data.if_item, then_item: data.then_item }));
		return `<a data-c4s-offer="${chosen}" href="#">${shown}</a>`;
	},
};

$(document)
	.off("click.c4s_offer")
	.on("click.c4s_offer", "a[data-c4s-offer]", (event) => {
		event.preventDefault();
		frappe.query_report.set_filter_value(JSON.parse(decodeURIComponent(event.currentTarget.dataset.c4sOffer)));
	});
