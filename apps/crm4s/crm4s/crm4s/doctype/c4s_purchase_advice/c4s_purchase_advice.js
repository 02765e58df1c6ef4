const MOST_COMPARED = 4;
const NEEDS = [
	...["seats", "body_type", "purpose", "budget_from", "budget_to", "energy_preference"],
	...["yearly_km", "driving", "home_charging", "must_haves"],
];
const MARKS = { fits: ["✓", "text-success"], partly: ["◐", "text-warning"], not: ["✗", "text-danger"], unknown: ["?", "text-muted"] };
const safe = (text) => frappe.utils.escape_html(String(text ?? ""));

frappe.ui.form.on("C4S Purchase Advice", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("advised_by", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("model", "models", () => ({ filters: { enabled: 1 } }));
		frappe.dom.set_style(STYLE, "c4s-advice-style");
	},

	refresh(frm) {
		draw_comparison(frm);
		if (!frm.perm[0]?.write || crm4s.own_store.is_shared(frm)) return;
		frm.add_custom_button(__("Suggest Models"), () => suggest(frm)).addClass("btn-primary");
	},

	lead: (frm) => take_from_lead(frm),
});

frappe.ui.form.on("C4S Purchase Advice Model", {
	model: (frm) => draw_comparison(frm),
	models_remove: (frm) => draw_comparison(frm),
});

// What the lead already says need not be typed again.
async function take_from_lead(frm) {
	if (!frm.doc.lead) return;
	const { message } = await frappe.db.get_value("C4S Lead", frm.doc.lead, ["lead_name", "customer", "purpose", "budget"]);
	const values = { person_name: message.lead_name, customer: message.customer, purpose: message.purpose, budget_to: message.budget };
	for (const [field, value] of Object.entries(values)) {
		if (value && !frm.doc[field]) await frm.set_value(field, value);
	}
}

const needs_of = (frm) => Object.fromEntries(NEEDS.map((field) => [field, frm.doc[field]]));

async function suggest(frm) {
	const rows = await frappe.xcall("crm4s.advice.api.suggest", { needs: needs_of(frm) });
	if (!rows.length) {
		frappe.msgprint(__("No model is enabled; an administrator enables the models on sale."));
		return;
	}
	const chosen = new Set((frm.doc.models || []).map((row) => row.model));
	const dialog = new frappe.ui.Dialog({
		title: __("Models That Suit"),
		size: "large",
		primary_action_label: __("Compare"),
		primary_action() {
			dialog.hide();
			compare(frm, [...chosen]);
		},
	});
	const is_stated = rows.some((row) => row.score !== null);
	if (!is_stated) {
		dialog.$body.append($("<p class='text-muted'>").text(__("No needs are stated yet, so the models stand by price.")));
	}
	rows.forEach((row) => suggestion(row, chosen).appendTo(dialog.$body));
	dialog.show();
}

function score(model) {
	return `<span class="c4s-score">${model.score === null ? "–" : `${Math.round(model.score)}%`}</span>`;
}

// The reasons for and against a model, and what the consultant says of it.
function why({ reasons, hints }) {
	const items = reasons.map(([mark, text]) => `<li class="${MARKS[mark][1]}">${MARKS[mark][0]} ${safe(text)}</li>`);
	return `<ul class="c4s-why">${items.join("")}</ul>${hints.map((text) => `<div class="c4s-hint">${safe(text)}</div>`).join("")}`;
}

function suggestion(row, chosen) {
	const $row = $(`<label class="c4s-suggestion ${row.is_ruled_out ? "ruled-out" : ""}">
		<input type="checkbox" ${chosen.has(row.model) ? "checked" : ""}>
		${score(row)}
		<div><b>${safe(row.model_title)}</b> <span class="text-muted">${__(row.energy_type)} · ${format_currency(row.guide_price, null, 0)}</span>
			${row.is_ruled_out ? `<span class="indicator-pill red">${__("Ruled Out")}</span>` : ""}
			${why(row)}</div></label>`);
	$row.find("input").on("change", (event) => {
		if (event.target.checked && chosen.size >= MOST_COMPARED) {
			event.target.checked = false;
			frappe.show_alert({ message: __("Up to {0} models can be compared.", [MOST_COMPARED]), indicator: "orange" });
		} else {
			chosen[event.target.checked ? "add" : "delete"](row.model);
		}
	});
	return $row;
}

// The rows that stay keep their place; the others go, the new ones come behind.
async function compare(frm, models) {
	frm.doc.models = (frm.doc.models || []).filter((row) => models.includes(row.model));
	const present = frm.doc.models.map((row) => row.model);
	for (const model of models.filter((name) => !present.includes(name))) frm.add_child("models", { model });
	frm.doc.models.forEach((row, position) => (row.idx = position + 1));
	frm.refresh_field("models");
	frm.dirty();
	if (frm.doc.dealership) await frm.save();
	else draw_comparison(frm);
	frm.scroll_to_field("models", false);
}

async function draw_comparison(frm) {
	const $wrapper = frm.get_field("comparison").$wrapper;
	const names = (frm.doc.models || []).map((row) => row.model).filter(Boolean);
	if (!names.length) {
		$wrapper.html(`<div class="text-muted">${__("Choose models, or let the system suggest some.")}</div>`);
		return;
	}
	const asked = { models: names.slice(0, MOST_COMPARED), needs: needs_of(frm) };
	const { models, rows } = await frappe.xcall("crm4s.advice.api.compare", asked);
	$wrapper.html(`<div class="d-none d-md-block">${wide(models, rows)}</div><div class="d-md-none">${cards(models, rows)}</div>`);
}

function wide(models, rows) {
	const heads = models.map((model) => `<th>${head(model)}</th>`).join("");
	let group = null;
	const lines = rows.map((row) => {
		const heading = row.group === group ? "" : `<tr class="c4s-group"><td colspan="${models.length + 1}">${safe(row.group)}</td></tr>`;
		group = row.group;
		const cells = row.values.map((value) => `<td>${safe(value)}</td>`).join("");
		return `${heading}<tr class="${row.differs && models.length > 1 ? "c4s-differs" : ""}"><td>${safe(row.attribute)}</td>${cells}</tr>`;
	});
	return `<table class="table table-bordered c4s-comparison"><thead><tr><th></th>${heads}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

function cards(models, rows) {
	return models
		.map((model, position) => {
			const lines = rows.map((row) => {
				const differs = row.differs && models.length > 1 ? "c4s-differs" : "";
				return `<div class="c4s-line ${differs}"><span>${safe(row.attribute)}</span><b>${safe(row.values[position])}</b></div>`;
			});
			return `<div class="c4s-model">${head(model)}${lines.join("")}</div>`;
		})
		.join("");
}

function head(model) {
	const image = model.image ? `<img src="${encodeURI(model.image)}" alt="">` : "";
	return `${image}<div class="c4s-title">${score(model)} <b>${safe(model.model_title)}</b></div>${why(model)}`;
}

const STYLE = `
.c4s-suggestion { display: flex; gap: 10px; align-items: flex-start; padding: 10px 0; border-bottom: 1px solid var(--border-color); margin: 0; cursor: pointer; }
.c4s-suggestion.ruled-out { opacity: 0.6; }
.c4s-suggestion input { margin-top: 4px; }
.c4s-why { list-style: none; padding: 0; margin: 4px 0 0; font-size: var(--text-sm); font-weight: normal; }
.c4s-score { min-width: 46px; text-align: center; font-weight: 600; border-radius: var(--border-radius); padding: 0 6px; background: var(--bg-blue); color: var(--text-on-blue); }
.c4s-hint { font-size: var(--text-sm); border-left: 3px solid var(--orange-300, orange); padding-left: 8px; margin-top: 4px; }
.c4s-comparison { table-layout: fixed; }
.c4s-comparison thead th { vertical-align: top; font-weight: normal; }
.c4s-comparison img, .c4s-model img { max-width: 100%; max-height: 120px; object-fit: contain; }
.c4s-comparison .c4s-group td { background: var(--control-bg); font-weight: 600; }
.c4s-comparison .c4s-differs td, .c4s-model .c4s-differs { background: var(--bg-yellow, #fff8e1); }
.c4s-model { border: 1px solid var(--border-color); border-radius: var(--border-radius-md); padding: 12px; margin-bottom: 12px; }
.c4s-model .c4s-line { display: flex; justify-content: space-between; gap: 12px; padding: 3px 6px; }
`;
