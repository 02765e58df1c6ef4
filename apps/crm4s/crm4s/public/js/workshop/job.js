import { act, ask_added_work, ask_pause, late_word, moment_of, pill, promise, safe, stored, worked } from "./text";

const OPEN = ["Planned", "Working", "Paused"];

// One job of the board: its plan to change, and what can be done with it.
export function show_job(board, job) {
	if (!job) return;
	const { choices, state } = board;
	const may_plan = choices.may_plan && OPEN.includes(job.status);
	const resources = (kind) => [{ value: "", label: "" }, ...state.resources.filter((row) => row.kind === kind).map(({ name, resource_name }) => ({ value: name, label: resource_name }))];
	const dialog = new frappe.ui.Dialog({
		title: job.title,
		fields: [
			{ fieldname: "facts", fieldtype: "HTML", options: facts_of(board, job) },
			{ fieldtype: "Section Break" },
			{ fieldname: "bay", fieldtype: "Select", label: __("Bay"), options: resources("Bay"), default: job.bay, read_only: !may_plan },
			{ fieldname: "technician", fieldtype: "Select", label: __("Technician"), options: resources("Technician"), default: job.technician, read_only: !may_plan },
			{ fieldtype: "Column Break" },
			{ fieldname: "planned_from", fieldtype: "Datetime", label: __("Planned From"), default: job.planned_from || next_quarter(board), read_only: !may_plan },
			{ fieldname: "planned_minutes", fieldtype: "Int", label: __("Planned Minutes"), default: length_of(job), read_only: !may_plan },
			{ fieldtype: "Section Break" },
			{ fieldname: "actions", fieldtype: "HTML" },
		],
		primary_action_label: may_plan ? __("Save the Plan") : undefined,
		primary_action: may_plan
			? (values) => done(() => act("move", { job: job.name, ...picked(values, ["bay", "technician", "planned_from", "planned_minutes"]) }))
			: undefined,
	});
	const done = async (run) => {
		// A refusal leaves the dialog open, with what was entered.
		const went_well = await board.step(async () => {
			await run();
			return true;
		});
		if (went_well) dialog.hide();
	};
	const $actions = dialog.fields_dict.actions.$wrapper.addClass("c4s-job-actions");
	for (const [label, run] of actions_of(board, job)) {
		$(`<button class="btn btn-sm btn-default">${label}</button>`)
			.on("click", () => done(run))
			.appendTo($actions);
	}
	dialog.show();
}

function facts_of(board, job) {
	const visit = board.state.visits[job.service_visit] || {};
	const facts = [
		visit.promised_on && promise(visit),
		job.started_on && __("{0} of {1} min", [worked(board.state, job), job.planned_minutes]),
		job.pause_reason && __(job.pause_reason),
		job.rework_count && __("sent back {0} times", [job.rework_count]),
		visit.advisor,
	];
	return `<p>${pill(job.status)} ${job.late ? `<span class="indicator-pill red">${late_word(job)}</span>` : ""}
		<a href="/app/c4s-service-visit/${encodeURIComponent(job.service_visit)}">${board.car_of(job)}</a>
		<span class="text-muted">${safe(facts.filter(Boolean).join(" · "))}</span></p>`;
}

function actions_of(board, job) {
	const { choices, state } = board;
	const mine = state.resources.some((row) => row.name === job.technician && row.user === frappe.session.user);
	const may_work = choices.may_plan || mine;
	const own = { job: job.name };
	const found = [];
	if (may_work && ["Planned", "Paused"].includes(job.status)) found.push([job.started_on ? __("Resume") : __("Start Work"), () => act("start", own)]);
	if (may_work && job.status === "Working") found.push([__("Pause"), () => answered(ask_pause(choices.reasons), (said) => act("pause", { ...own, ...said }))]);
	if (may_work && job.status === "Working") found.push([__("Finish"), () => act("finish", own)]);
	if (may_work && OPEN.includes(job.status)) found.push([__("Added Work"), () => answered(ask_added_work(), (said) => act("add_work", { ...own, ...said }))]);
	if (choices.may_plan && job.planned_from && ["Planned", "Paused"].includes(job.status)) found.push([__("Back to the Tray"), () => act("unplan", own)]);
	if (choices.may_plan && ["Planned", "Paused"].includes(job.status)) found.push([__("Cancel Job"), () => answered(ask_reason(), (said) => act("cancel", { ...own, ...said }))]);
	found.push([__("Open Form"), async () => frappe.set_route("Form", "C4S Repair Job", job.name)]);
	return found;
}

const answered = async (question, run) => {
	const said = await question;
	if (said) await run(said);
};

const ask_reason = () =>
	crm4s.forms.answer_to(__("Cancel Job"), [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }], __("Cancel Job"));

const length_of = (job) => (job.planned_from ? moment_of(job.planned_to).diff(moment_of(job.planned_from), "minutes") : job.planned_minutes);

function next_quarter(board) {
	const now = moment_of(board.state.now);
	const start = board.day === now.format("YYYY-MM-DD") ? now : moment(`${board.day} 09:00`);
	return stored(start.add((15 - (start.minutes() % 15)) % 15, "minutes").seconds(0));
}

const picked = (values, names) => Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]));
