// What the forms of all processes share: the panel of the current state, and the fields that a workflow action asks for on the way.

const PROCESSES = ["C4S Lead", "C4S Deal", "C4S Service Visit", "C4S Retention Case", "C4S Complaint"];
const METHODS = "crm4s.workflows.actions";

for (const doctype of PROCESSES)
	frappe.ui.form.on(doctype, {
		refresh: show_panel,
		before_workflow_action: ask_for_fields,
	});

// The panel

function show_panel(frm) {
	if (frm.is_new() || !frm.doc.workflow_state) return;
	const shown_for = `${frm.doc.name} ${frm.doc.workflow_state} ${frm.doc.modified}`;
	frm.c4s_panel_shown_for = shown_for;
	call(frm, "get_panel").then((panel) => {
		if (frm.c4s_panel_shown_for !== shown_for) return;
		frm.c4s_panel_shown_for = null;
		if (panel.state !== frm.doc.workflow_state) {
			// The document went on meanwhile: an answer that was older than the move came after it.
			if (!frm.is_dirty()) frm.reload_doc();
			return;
		}
		if (!panel.expectation && !panel.standard && !panel.best_practice && !panel.items.length) return;
		const body = frm.dashboard.add_section("", __("Moment of Truth"), "custom c4s-touchpoint");
		frm.dashboard.show();
		draw(frm, body, panel);
	});
}

function draw(frm, body, panel) {
	const texts = [
		[__("Customer Expectation"), panel.expectation],
		[__("Our Standard"), panel.standard],
		[__("Best Practice"), panel.best_practice],
	].filter(([, text]) => text);
	body.html(`
		<div class="c4s-touchpoint-head">
			${badge(panel)}
			${panel.items.length ? progress(panel.items) : ""}
			${time_in_state(panel)}
		</div>
		<div class="c4s-touchpoint-texts">
			${texts.map(([label, text]) => `<div><div class="text-muted">${label}</div>${lines(text)}</div>`).join("")}
		</div>
		${panel.items.length ? `<ul class="c4s-touchpoint-items">${panel.items.map((item) => row(item, panel)).join("")}</ul>` : ""}
	`);
	body.find("input").on("change", ({ target }) => tick(frm, body, target));
}

function badge({ state }) {
	const style = locals["Workflow State"]?.[state]?.style;
	const colours = { Success: "green", Warning: "orange", Danger: "red", Primary: "blue", Info: "light-blue" };
	return `<span class="indicator-pill no-indicator-dot ${colours[style] || "gray"}">${text_of(__(state))}</span>`;
}

function progress(items) {
	const done = items.filter((item) => item.ticked_by).length;
	return `<span class="text-muted">${__("{0} of {1} done", [done, items.length])}</span>`;
}

function time_in_state({ seconds, target_minutes }) {
	if (seconds === null || seconds === undefined) return "";
	const minutes = Math.floor(seconds / 60);
	if (!target_minutes) return `<span class="text-muted">${__("For {0}", [duration(minutes)])}</span>`;
	const over = minutes > target_minutes;
	return `<span class="${over ? "c4s-touchpoint-over" : "text-muted"}">${
		over
			? __("For {0}, longer than the {1} of our standard", [duration(minutes), duration(target_minutes)])
			: __("For {0}, our standard is {1}", [duration(minutes), duration(target_minutes)])
	}</span>`;
}

function duration(minutes) {
	if (minutes < 60) return __("{0} min", [minutes]);
	if (minutes < 1440) return __("{0} h", [rounded(minutes / 60)]);
	return __("{0} days", [rounded(minutes / 1440)]);
}

const rounded = (number) => Math.round(number * 10) / 10;

function row(item, panel) {
	const id = `c4s-tick-${item.name}`;
	const who = item.ticked_by
		? `<span class="text-muted">${text_of(item.ticked_by_name)} · ${frappe.datetime.str_to_user(item.ticked_on)}</span>`
		: "";
	const mandatory = item.mandatory ? `<span class="c4s-touchpoint-mandatory">${__("Must be done")}</span>` : "";
	return `<li>
		<input type="checkbox" id="${id}" data-item="${text_of(item.name)}" ${item.ticked_by ? "checked" : ""} ${panel.may_tick ? "" : "disabled"}>
		<label for="${id}">${text_of(item.item)} ${mandatory} ${who}</label>
	</li>`;
}

function tick(frm, body, box) {
	const item = box.dataset.item;
	box.disabled = true;
	call(frm, "set_tick", { item, ticked: box.checked ? 1 : 0 })
		.then((panel) => {
			draw(frm, body, panel);
			// Whoever works with the keyboard goes on from here.
			body.find(`[data-item="${item}"]`).trigger("focus");
		})
		.catch(() => frm.reload_doc());
}

// The fields that an action asks for

function ask_for_fields(frm) {
	const action = frm.selected_workflow_action;
	return call(frm, "get_asked_fields", { action }).then((asked) => {
		if (!asked.length) return;
		frappe.dom.unfreeze();
		frm.selected_workflow_action = null;
		show_dialog(frm, action, asked);
		// The dialog does the action; Frappe, which waits for this promise, shall not do it as well.
		return new Promise(() => {});
	});
}

function show_dialog(frm, action, asked) {
	const fields = asked.map((field) => dialog_field(frm, field));
	crm4s.forms.ask(__(action), fields, __(action), async (values) => {
		await call(frm, "take_action", { action, values });
		await frm.reload_doc();
	});
}

function dialog_field(frm, { field_name, mandatory }) {
	const { fieldtype, label, options, description } = frappe.meta.get_docfield(frm.doctype, field_name, frm.doc.name);
	return {
		fieldname: field_name,
		fieldtype,
		options,
		label: __(label),
		description: description && __(description),
		reqd: mandatory,
		default: frm.doc[field_name],
		get_query: frm.fields_dict[field_name]?.get_query,
	};
}

// Helpers

function call(frm, method, values = {}) {
	return frappe.xcall(`${METHODS}.${method}`, {
		document_type: frm.doctype,
		document_name: frm.doc.name,
		...values,
	});
}

const text_of = (text) => frappe.utils.escape_html(text || "");
const lines = (text) => text_of(text).replaceAll("\n", "<br>");
