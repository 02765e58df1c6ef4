// Conditions as rows of a table, for segments and care rules: fields and values are chosen in words.
frappe.provide("crm4s.conditions");

const METHODS = "crm4s.segments.api.";
const SIGNS = { "!=": "≠", ">=": "≥", "<=": "≤" };
const known = {};

// Resolves to rows of value, label, about, kind, limited; read once for each kind of document.
crm4s.conditions.fields = (of_rule) => (known[of_rule] ??= frappe.xcall(METHODS + "fields", { of_rule: of_rule ? 1 : 0 }));

// Gives the table `tablename` of the form pickers for its fields and values.
crm4s.conditions.offer = async (frm, tablename, of_rule = false) => {
	const fields = await crm4s.conditions.fields(of_rule);
	const entry = (name) => fields.find((field) => field.value === name);
	const { grid } = frm.fields_dict[tablename];
	const shown = (property, fieldname, value) => grid.update_docfield_property(fieldname, property, value);
	shown("options", "fieldname", fields.map(({ value, label, description }) => ({ value, label: `${label} · ${description}` })));
	const named = (value) => (of_rule || !entry(value) ? entry(value)?.label || value : `${entry(value).label} · ${entry(value).description}`);
	shown("formatter", "fieldname", (value) => frappe.utils.escape_html(named(value) || ""));
	shown("formatter", "operator", (value) => frappe.utils.escape_html(SIGNS[value] || __(value || "")));
	shown("formatter", "value", (value) => frappe.utils.escape_html(crm4s.conditions.in_words(value)));
	shown("ignore_validation", "value", 1);
	if (!of_rule) {
		// A time that says nothing is not shown.
		shown("formatter", "within", (value) => (cint(value) ? String(cint(value)) : ""));
		shown("formatter", "within_unit", (value, _field, _options, row) => (cint(row?.within) ? __(value || "") : ""));
	}
	frm.set_query("value", tablename, (_doc, doctype, name) => {
		const row = locals[doctype]?.[name] || {};
		return { query: METHODS + "values", params: { about: row.about, fieldname: row.fieldname, of_rule: of_rule ? 1 : 0 } };
	});
	grid.refresh();
};

crm4s.conditions.in_words = (value) =>
	String(value ?? "")
		.split(/[,，]/)
		.map((one) => __(one.trim()))
		.filter(Boolean)
		.join(", ");

// What a field is about follows from the field.
crm4s.conditions.field_chosen = async (doctype, name, of_rule = false) => {
	const row = locals[doctype][name];
	const chosen = (await crm4s.conditions.fields(of_rule)).find((field) => field.value === row.fieldname);
	if (chosen && chosen.about !== row.about) await frappe.model.set_value(doctype, name, "about", chosen.about);
};

frappe.ui.form.on("C4S Care Rule", { refresh: (frm) => crm4s.conditions.offer(frm, "filters", true) });
frappe.ui.form.on("C4S Care Rule Filter", { fieldname: (_frm, doctype, name) => crm4s.conditions.field_chosen(doctype, name, true) });

// What became of customers who were added to a list; the rows that were not taken can be downloaded.
crm4s.conditions.show_taken = ({ added, known, problems }) => {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const said = [__("{0} customers added.", [added]), known && __("{0} were in the list already.", [known])].filter(Boolean).join(" ");
	if (!problems.length) {
		frappe.show_alert({ message: said, indicator: "green" });
		return;
	}
	const headings = [__("Row"), __("Content"), __("Reason")];
	const rows = problems.slice(0, 100).map((row) => `<tr><td>${safe(row.row)}</td><td>${safe(row.value)}</td><td>${safe(row.reason)}</td></tr>`);
	const dialog = new frappe.ui.Dialog({
		title: __("Add to Segment"),
		size: "large",
		fields: [{ fieldname: "taken", fieldtype: "HTML" }],
		primary_action_label: __("Download"),
		primary_action: () => frappe.tools.downloadify([headings, ...problems.map((row) => [row.row, row.value, row.reason])], null, __("Rows Not Taken")),
	});
	dialog.get_field("taken").$wrapper.html(`<p>${said} ${__("{0} rows were not taken.", [problems.length])}</p>
		<div class="table-responsive"><table class="table table-bordered"><thead><tr>${headings.map((text) => `<th>${text}</th>`).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody></table></div>`);
	dialog.show();
};
