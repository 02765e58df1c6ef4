import { clock, late_word, pill, promise, safe, worked } from "./text";

// The board on a phone: the jobs of the day in the order of their time.
export class JobList {
	constructor(board, $parent) {
		this.board = board;
		this.$parent = $parent;
	}

	draw() {
		const jobs = this.board.state.jobs.filter((job) => !job.in_tray).sort((a, b) => (a.planned_from < b.planned_from ? -1 : 1));
		this.$parent.html(jobs.map((job) => this.card(job)).join("") || `<div class="c4s-empty">${__("No job is planned for this day.")}</div>`);
	}

	card(job) {
		const { names, state } = this.board;
		const visit = state.visits[job.service_visit] || {};
		const where = [names[job.bay], names[job.technician]].filter(Boolean).join(" · ");
		const facts = [
			visit.promised_on && promise(visit),
			job.started_on && __("{0} of {1} min", [worked(state, job), job.planned_minutes]),
			late_word(job),
		];
		const title = job.title.replace(`${job.plate_number} · `, "");
		return `<button class="c4s-waits c4s-list-job" data-job="${safe(job.name)}" data-key="${safe(job.name)}" ${job.late ? "data-late" : ""}>
			<span class="c4s-list-time">${clock(job.planned_from)}<br>${clock(job.planned_to)}</span>
			<span><b>${safe(job.plate_number)}</b> ${pill(job.status)}<br>${safe(title)}
			<span class="text-muted d-block">${safe([where, ...facts].filter(Boolean).join(" · "))}</span></span></button>`;
	}
}
