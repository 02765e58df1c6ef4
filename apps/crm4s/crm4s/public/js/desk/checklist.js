// The rows of a checklist as people go through them, with a thumb or a mouse: a result each, and what was found where it is not OK.
frappe.provide("crm4s.forms");

const RESULTS = { OK: "btn-success", "Not OK": "btn-danger", "Not Applicable": "btn-secondary" };
const text = (value) => frappe.utils.escape_html(String(value ?? ""));

/**
 * Draw `rows` ({section, item, mandatory, result, …}) into `$wrapper` and keep them as they are filled in.
 *
 * `finding(row, position)` and `beside(row, position)` give the HTML below and beside an item; an input in them with data-row and data-field
 * writes that field of its row. Returns a function that draws anew.
 */
crm4s.forms.checklist = ($wrapper, rows, { finding = () => "", beside = () => "" } = {}) => {
	const draw = () => $wrapper.html(html_of(rows, finding, beside));
	$wrapper.on("click", "[data-result]", ({ currentTarget: { dataset } }) => {
		rows[dataset.row].result = dataset.result;
		draw();
	});
	$wrapper.on("change", "[data-field]", ({ currentTarget: { dataset, value } }) => (rows[dataset.row][dataset.field] = value));
	$wrapper.on("click", "[data-all]", () => {
		for (const row of rows) row.result = row.result || "OK";
		draw();
	});
	draw();
	return draw;
};

function html_of(rows, finding, beside) {
	let section;
	const parts = rows.map((row, position) => {
		const heading = row.section && row.section !== section ? `<h6 class="mt-3 mb-1">${text(row.section)}</h6>` : "";
		section = row.section;
		return `${heading}<div class="py-2 border-bottom">
			<div class="d-flex flex-wrap justify-content-between align-items-center" style="gap: 6px">
				<div style="flex: 1 1 200px">${text(row.item)}${row.mandatory ? ' <span class="text-danger">*</span>' : ""} ${beside(row, position)}</div>
				<div class="btn-group">${buttons_of(row, position)}</div>
			</div>${finding(row, position)}</div>`;
	});
	return `<button type="button" class="btn btn-sm btn-default" data-all>${__("The rest is OK")}</button>${parts.join("")}`;
}

function buttons_of(row, position) {
	return Object.entries(RESULTS)
		.map(
			([result, chosen]) => `<button type="button" class="btn btn-sm ${row.result === result ? chosen : "btn-default"}"
				data-row="${position}" data-result="${result}">${__(result)}</button>`
		)
		.join("");
}
