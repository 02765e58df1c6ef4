// What stands behind one KPI: formula, months, who moved it, documents, notes, improvements.
import { action_row, industry, note_row, part_of } from "./cards";
import { change, figure, light, line, minus, month_name, number, plain, standing } from "./figures";
import { safe } from "../text";

const call = (method, values) => frappe.xcall(`crm4s.scorecard.api.${method}`, values);

// Opens the dialog; `changed` is called after a note was written.
export async function show_details({ kpi, dealership, month, may_note, may_act, changed }) {
	const details = await call("get_details", { kpi, dealership, month });
	const dialog = new frappe.ui.Dialog({ title: details.tile.title, size: "large", fields: [{ fieldname: "body", fieldtype: "HTML" }] });
	const $body = dialog.fields_dict.body.$wrapper.html(body(details)).addClass("c4s-sc-details");
	$body.on("click", "[data-list]", (event) => {
		const { doctype, filters } = details.documents[event.currentTarget.dataset.list];
		dialog.hide();
		frappe.route_options = filters;
		frappe.set_route("List", doctype, "List");
	});
	$body.on("click", "a", () => dialog.hide());
	$body.on("click", "[data-report]", () => {
		dialog.hide();
		frappe.route_options = details.report.filters;
		frappe.set_route("query-report", details.report.name);
	});
	if (may_act && details.result) dialog.set_primary_action(__("Begin an Improvement"), () => begin_action(dialog, details, dealership));
	if (may_note) {
		dialog.set_secondary_action_label(__("Write a Note"));
		dialog.set_secondary_action(() => write_note(dialog, { kpi, dealership, month }, changed));
	}
	dialog.show();
	return dialog;
}

function body(details) {
	const { tile, months, names, factor, window: [first, last], parts } = details;
	const counted = `${factor === 100 ? "100 × " : factor === 1 ? "" : `${number(factor, 2)} × `}${safe(names[0])} <b>${number(tile.numerator)}</b> ÷ ${safe(names[1])} <b>${number(tile.denominator)}</b>`;
	const about = [__("target {0}", [plain(tile.target, tile)]), standing(tile, tile), industry(tile)].filter(Boolean).join(" · ");
	const day = frappe.datetime.str_to_user;
	return `<p class="c4s-sc-says">${safe(tile.says)}</p>
		<div class="c4s-sc-big"><span class="c4s-sc-value">${figure(tile.value, tile)} ${change(minus(tile.value, tile.before), tile)}</span>${light(tile.light, true)}<span class="text-muted">${about}</span></div>
		${line(tile.trend, tile.target, { width: 700, height: 120, light: tile.light, dots: true })}
		<div class="c4s-sc-months"><span>${month_name(months[0])}</span><span>${month_name(months.at(-1))}</span></div>
		<h3>${__("How It Is Counted")}</h3>
		<p>${counted} = <b>${plain(tile.value, tile)}</b></p>
		<p class="text-muted">${safe(details.population)} ${__("Window: {0} to {1}.", [day(first), day(last)])} ${safe(details.example)}</p>
		${parts.length ? `<h3>${__("What Moved It Since {0}", [month_name(months.at(-2), true)])}</h3><p>${parts.map((part) => part_of(part, tile)).join("")}</p>` : ""}
		<p class="c4s-sc-links">${links(details)}</p>
		${details.notes.length ? `<h3>${__("What Managers Say")}</h3>${details.notes.map(note_row).join("")}` : ""}
		${details.actions.length ? `<h3>${__("Improvements")}</h3>${details.actions.map(action_row).join("")}` : ""}`;
}

function links({ report, documents }) {
	const shown = report ? [`<button type="button" class="btn btn-default btn-sm" data-report>${__("Open the Report")}</button>`] : [];
	documents.forEach(({ label }, position) => shown.push(`<button type="button" class="btn btn-default btn-sm" data-list="${position}">${safe(label)} →</button>`));
	return shown.join(" ");
}

async function write_note(dialog, about, changed) {
	const fields = [{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), reqd: 1 }];
	const answer = await crm4s.forms.answer_to(__("What the Figure Does Not Tell"), fields, __("Save"));
	if (!answer) return;
	await call("write_note", { ...about, note: answer.note });
	dialog.hide();
	frappe.show_alert({ message: __("The note stands beside the figure."), indicator: "green" });
	changed();
}

function begin_action(dialog, { tile, result }, dealership) {
	dialog.hide();
	frappe.new_doc("C4S Improvement Action", {
		subject: __("{0}: {1}, target {2}", [tile.title, plain(tile.value, tile), plain(tile.target, tile)]),
		kind: "Improvement",
		dealership,
		document_type: "C4S KPI Result",
		document_name: result,
	});
}
