// Small words and moments of the workshop's pages.

import { clock, minutes_since, moment_of, safe } from "../text";

export { clock, minutes_since, moment_of, safe };

// When the car is promised: of another day than today with its date.
export function promise({ promised_on }) {
	const day = moment_of(promised_on).format("YYYY-MM-DD");
	return __("promised {0}", [moment_of(promised_on).format(day === frappe.datetime.now_date() ? "HH:mm" : "MM-DD HH:mm")]);
}

export const stored = (time) => time.format("YYYY-MM-DD HH:mm:ss");

export const COLOURS = { Planned: "blue", Working: "green", Paused: "orange", Finished: "gray", Cancelled: "gray" };

export const pill = (status) => `<span class="indicator-pill ${COLOURS[status] || "gray"}">${__(status)}</span>`;

// Why a job is red.
export const late_word = ({ late }) =>
	late && { "Starts Late": __("Starts Late"), "Over Time": __("Over Time"), "Later than Promised": __("Later than Promised") }[late];

export const act = (method, values) => frappe.xcall(`crm4s.workshop.actions.${method}`, values);

export const read = (method, values) => frappe.xcall(`crm4s.workshop.api.${method}`, values);

export const is_phone = () => window.matchMedia("(max-width: 767px)").matches;

export const worked = (state, job) => (job.worked_minutes || 0) + (job.running_since ? minutes_since(state, job.running_since) : 0);

// "Self Check" and the like fail with a remark; the answer is null when nobody answered.
export function ask_result(title, jobs = []) {
	return new Promise((resolve) => {
		let answer = null;
		const dialog = new frappe.ui.Dialog({
			title,
			fields: [
				{ fieldname: "remark", fieldtype: "Small Text", label: __("What Has to Be Done Again") },
				{
					fieldname: "failed_job",
					fieldtype: "Select",
					label: __("Which Job"),
					hidden: jobs.length < 2,
					options: jobs.map(({ name, title: label }) => ({ value: name, label })),
				},
			],
			primary_action_label: __("Passed"),
			primary_action: () => close({ result: "Passed" }),
			secondary_action_label: __("Failed"),
			secondary_action: () => {
				const { remark, failed_job } = dialog.get_values() || {};
				if (!remark) return frappe.show_alert({ message: __("Say what has to be done again."), indicator: "orange" });
				close({ result: "Failed", remark, failed_job });
			},
			on_hide: () => resolve(answer),
		});
		const close = (said) => {
			answer = said;
			dialog.hide();
		};
		dialog.show();
	});
}

export const ask_pause = (reasons) =>
	crm4s.forms.answer_to(
		__("Pause"),
		[{ fieldname: "reason", fieldtype: "Select", label: __("Reason of the Pause"), reqd: 1, options: crm4s.forms.choices(reasons) }],
		__("Pause")
	);

export const ask_added_work = () =>
	crm4s.forms.answer_to(
		__("Added Work"),
		[
			{ fieldname: "item_name", fieldtype: "Data", label: __("What Has to Be Done"), reqd: 1 },
			{ fieldname: "minutes", fieldtype: "Int", label: __("Minutes"), default: 30 },
			{ fieldname: "remark", fieldtype: "Small Text", label: __("Why") },
		],
		__("Ask for Approval")
	);
