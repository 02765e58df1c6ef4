// What several forms do alike.
import "./checklist.js";

frappe.provide("crm4s.forms");

// For the handler of a Link field: fields that are still empty take their value from the document that was chosen.
crm4s.forms.take_over = async (frm, link_field, fieldnames) => {
	const name = frm.doc[link_field];
	if (!name) return;
	const { options } = frappe.meta.get_docfield(frm.doctype, link_field);
	const { message } = await frappe.db.get_value(options, name, fieldnames);
	for (const [fieldname, value] of Object.entries(message || {})) {
		if (value && !frm.doc[fieldname]) frm.set_value(fieldname, value);
	}
};

// For the handler of a car: an empty customer becomes its owner.
crm4s.forms.take_owner = async (frm) => {
	if (!frm.doc.vehicle || frm.doc.customer) return;
	const { message } = await frappe.db.get_value("C4S Vehicle", frm.doc.vehicle, "current_owner");
	if (message?.current_owner && !frm.doc.customer) frm.set_value("customer", message.current_owner);
};

// HTML of the steps of a document ([label, done]): done ones, the next one, those to come; all gray where it `ended` without them.
crm4s.forms.step_strip = (steps, ended) => {
	const next = steps.findIndex(([, done]) => !done);
	const pills = steps.map(([label, done], position) => {
		const colour = ended ? "gray" : done ? "green" : position === next ? "blue" : "gray";
		return `<span class="indicator-pill ${colour} mr-2 mb-2">${done ? "✓ " : ""}${label}</span>`;
	});
	return `<div class="mb-2">${pills.join("")}</div>`;
};

// Frappe puts the time zone behind the description of a moment, and then finds no translation for both together.
const { set_description } = frappe.ui.form.ControlDatetime.prototype;
frappe.ui.form.ControlDatetime.prototype.set_description = function (...words) {
	const { description, parent } = this.df;
	if (description) this.df.description = __(description, null, parent);
	return set_description.apply(this, words);
};

// On a phone Frappe keeps the buttons of a form in its menu; those that stand out are the next step, and stay in sight.
$(document).on("form-refresh", (event, frm) => {
	if (!frm.doctype.startsWith("C4S ") || frm.c4s_next_steps) return;
	frm.c4s_next_steps = $("<div class='c4s-next-steps d-lg-none'>").prependTo(frm.$wrapper.find(".form-layout").first());
	// Buttons come whenever the form's scripts know what is next.
	const follow = frappe.utils.debounce(() => show_next_steps(frm), 50);
	new MutationObserver(follow).observe(frm.page.inner_toolbar[0], { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
	follow();
});

function show_next_steps(frm) {
	frm.c4s_next_steps.empty();
	for (const step of frm.page.inner_toolbar.children(".btn-primary, .btn-primary-light")) {
		$("<button class='btn btn-sm btn-primary'>").text(step.textContent.trim()).on("click", () => step.click()).appendTo(frm.c4s_next_steps);
	}
}

// Frappe loads a form again a second after the notice that its document changed. Meanwhile somebody may have typed into it, which would be
// lost; or have opened another form, behind which it would make itself the current one; or the form has the change already, as after our actions.
const changed_at = {};
$(document).on("app_ready", () => frappe.realtime.on("doc_update", ({ doctype, name, modified }) => (changed_at[`${doctype}/${name}`] = modified)));

$(document).on("form-refresh", (event, frm) => {
	if (frm.c4s_reloads_carefully) return;
	frm.c4s_reloads_carefully = true;
	frm.debounced_reload_doc = frappe.utils.debounce(() => {
		const last_change = changed_at[`${frm.doctype}/${frm.docname}`];
		if (frappe.ui.form.is_saving || (last_change && frm.doc.modified >= last_change)) return;
		if (frm.is_dirty()) {
			frm.doc.__needs_refresh = true;
			frm.show_conflict_message();
		} else if (frm.$wrapper.is(":visible")) {
			frm.reload_doc();
		} else {
			frappe.model.remove_from_locals(frm.doctype, frm.docname);
		}
	}, 1000);
});

// An answer that was asked for before another form was opened comes later all the same.
$(document).on("form-refresh", (event, frm) => {
	const [view, doctype] = frappe.get_route();
	const shown = view === "Form" && frappe.views.formview?.[doctype]?.frm;
	if (shown && shown !== frm) window.cur_frm = shown;
});

// Whom a rule would reach on a day, before it is switched on; `drawn` makes HTML of the method's answer.
crm4s.forms.dry_run = async (frm, method, drawn) => {
	if (frm.is_dirty()) await frm.save();
	const dialog = new frappe.ui.Dialog({
		title: `${__("Dry Run")} · ${__(frm.doc.name)}`,
		size: "large",
		fields: [
			{ fieldname: "day", fieldtype: "Date", label: __("Day"), default: frappe.datetime.get_today(), change: () => show() },
			{ fieldname: "found", fieldtype: "HTML" },
		],
	});
	const show = async () => {
		const answer = await frappe.xcall(method, { rule: frm.doc.name, day: dialog.get_value("day") });
		dialog.get_field("found").$wrapper.html(drawn(answer));
	};
	dialog.show();
	show();
};
