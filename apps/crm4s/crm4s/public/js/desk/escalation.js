// The ladder of a document with deadlines: how much of the time is over, which steps were taken, what comes next.
frappe.provide("crm4s.escalation");

crm4s.escalation.show = async (frm, fieldname) => {
	const field = frm.get_field(fieldname);
	field.$wrapper.empty();
	if (frm.is_new()) return;
	const { doctype, name } = frm.doc;
	const found = await frappe.xcall("crm4s.escalation.api.ladder", { document_type: doctype, document_name: name });
	if (frm.doc.name !== name) return;
	field.$wrapper.html(found.clocks.length ? found.clocks.map(clock).join("") : `<div class="text-muted">${__("No deadline runs.")}</div>`);
};

function clock({ deadline, due_on, state, minutes, spent, steps }) {
	// What is late needs room behind the deadline.
	const reach = Math.max(100, ...steps.map((step) => step.percent), minutes ? Math.min(200, Math.round((spent / minutes) * 100)) : 0);
	const place = (percent) => Math.min(100, (percent / reach) * 100);
	const over = minutes ? (spent / minutes) * 100 : 100;
	const colour = state === "Paused" ? "gray" : over >= 100 ? "red" : over >= 75 ? "orange" : "green";
	return `
		<div class="c4s-ladder">
			<div class="c4s-ladder-head">
				<b>${safe(__(deadline))}</b>
				<span>${frappe.datetime.str_to_user(due_on)}</span>
				<span class="indicator-pill ${colour}">${safe(left(state, minutes, spent))}</span>
			</div>
			<div class="c4s-ladder-bar" role="img" aria-label="${safe(__("{0} percent of the time is over", [Math.round(over)]))}">
				<div class="c4s-ladder-spent ${colour}" style="width: ${place(over)}%"></div>
				<div class="c4s-ladder-due" style="left: ${place(100)}%"></div>
				${steps.map((step) => `<div class="c4s-ladder-step ${step.status === "Done" ? "done" : ""}" style="left: ${place(step.percent)}%" title="${safe(step.step)}"></div>`).join("")}
			</div>
			<ul class="c4s-ladder-steps">${steps.map(row).join("")}</ul>
		</div>`;
}

function row(step) {
	const done = step.status === "Done";
	const when = frappe.datetime.str_to_user(done ? step.told_on : step.planned_on);
	const whom = done ? step.told.join(", ") || __("nobody to tell") : step.status === "Standing Still" ? __("Standing Still") : "";
	return `<li class="${done ? "done" : ""}"><span>${cint(step.percent)} %</span> <b>${safe(step.step)}</b> <span class="text-muted">${when}${whom ? ` · ${safe(whom)}` : ""}</span></li>`;
}

function left(state, minutes, spent) {
	if (state === "Paused") return __("waiting for the customer");
	const rest = minutes - spent;
	return rest > 0 ? __("{0} left", [time(rest)]) : __("{0} late", [time(-rest)]);
}

// Opening hours, so hours are not made days of.
const time = (minutes) => (minutes < 60 ? __("{0} min", [minutes]) : __("{0} h", [Math.round(minutes / 6) / 10]));
const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
