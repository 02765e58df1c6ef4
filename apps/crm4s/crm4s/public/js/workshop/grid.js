import { clock, late_word, moment_of, promise, safe, stored, worked } from "./text";

const STEP = 15;
const DAY = 24 * 60;
const USUAL_HOURS = [8 * 60, 18 * 60];

// Bays or technicians over the hours of a day. A bar is dragged, or moved with the arrow keys.
export class Grid {
	constructor(board, $parent) {
		this.board = board;
		this.$parent = $parent;
		$parent.on("click", "[data-job]", ({ currentTarget }) => board.open(currentTarget.dataset.job));
		$parent.on("keydown", "[data-job]", (event) => this.on_key(event));
		$parent.on("dragstart", "[data-job]", (event) => this.on_drag(event));
		$parent.on("dragend", "[data-job]", () => this.let_go());
		$parent.on("dragover", ".c4s-lane", (event) => this.on_over(event));
		$parent.on("dragleave", ".c4s-lane", ({ currentTarget }) => currentTarget.classList.remove("over"));
		$parent.on("drop", ".c4s-lane", (event) => this.on_drop(event));
	}

	draw() {
		const { state, view } = this.board;
		const field = view.toLowerCase();
		const jobs = state.jobs.filter((job) => !job.in_tray);
		this.set_span(state.hours, jobs);
		this.rows = [
			...state.resources.filter((row) => row.kind === view),
			{ name: "", resource_name: view === "Bay" ? __("Without a Bay") : __("Without a Technician") },
		];
		const rows = this.rows.filter((row) => row.name || jobs.some((job) => !job[field]));
		this.$parent.html(`<div class="c4s-hours"><span class="c4s-row-name"></span><div class="c4s-lane-hours">${this.hours()}</div></div>
			${rows.map((row) => this.row(row, jobs.filter((job) => (job[field] || "") === row.name))).join("")}
			${rows.length ? "" : `<div class="c4s-empty">${__("This store has no bays yet; enter them as resources.")}</div>`}`);
	}

	// The opening hours, and whatever lies outside of them on this day.
	set_span(hours, jobs) {
		this.midnight = moment(this.board.day, "YYYY-MM-DD");
		const open = hours.length ? hours.flat() : USUAL_HOURS;
		const planned = jobs.flatMap((job) => [this.minute(job.planned_from), this.minute(job.planned_to)]);
		const minutes = [...open, ...planned].map((minute) => Math.min(Math.max(minute, 0), DAY));
		this.from = Math.floor(Math.min(...minutes) / 60) * 60;
		this.to = Math.max(Math.ceil(Math.max(...minutes) / 60) * 60, this.from + 60);
	}

	hours() {
		const marks = [];
		for (let minute = this.from; minute < this.to; minute += 60) {
			marks.push(`<span style="left:${this.share(minute)}%">${String(minute / 60).padStart(2, "0")}:00</span>`);
		}
		return marks.join("");
	}

	row(row, jobs) {
		const others = this.board.state.others.filter((other) => other.resource === row.name);
		const skills = (row.skills || []).map((skill) => __(skill)).join(", ");
		return `<div class="c4s-row"><span class="c4s-row-name" title="${safe(skills)}">${safe(row.resource_name)}<small>${safe(skills)}</small></span>
			<div class="c4s-lane" data-resource="${safe(row.name)}" style="--hours:${(this.to - this.from) / 60}">
				${this.now_line()}${others.map((other) => this.other(other)).join("")}${jobs.map((job) => this.bar(job)).join("")}
			</div></div>`;
	}

	bar(job) {
		const { state, view, names } = this.board;
		const visit = state.visits[job.service_visit] || {};
		const where = view === "Bay" ? names[job.technician] : names[job.bay];
		const promised = visit.promised_on ? promise(visit) : "";
		const minutes = job.started_on ? __("{0} of {1} min", [worked(state, job), job.planned_minutes]) : "";
		const marks = [late_word(job), job.rework_count && __("Rework"), job.status === "Paused" && __(job.pause_reason || "Paused")];
		const facts = [where, promised, minutes, ...marks].filter(Boolean);
		const title = job.title.replace(`${job.plate_number} · `, "");
		const times = `${clock(job.planned_from)}–${clock(job.planned_to)}`;
		return `<button class="c4s-bar" data-job="${safe(job.name)}" data-key="${safe(job.name)}" data-status="${safe(job.status)}"
			${job.late ? "data-late" : ""} ${this.may_move(job) ? 'draggable="true"' : ""} style="${this.place(job.planned_from, job.planned_to)}"
			title="${safe([times, job.title, ...facts].join("\n"))}" aria-label="${safe([times, job.title, __(job.status), ...facts].join(", "))}">
			<b>${safe(job.plate_number)}</b> <span>${safe(title)}</span><small>${safe(facts.join(" · "))}</small></button>`;
	}

	other(other) {
		const title = other.purpose || other.title;
		return `<div class="c4s-other" style="${this.place(other.starts_at, other.ends_at)}" title="${safe(`${clock(other.starts_at)}–${clock(other.ends_at)} ${title}`)}">${safe(title)}</div>`;
	}

	place(from, to) {
		const [left, right] = [from, to].map((text) => Math.min(Math.max(this.minute(text), this.from), this.to));
		return `left:${this.share(left)}%;width:${Math.max(this.share(right) - this.share(left), 1)}%`;
	}

	now_line() {
		const minute = this.minute(this.board.state.now);
		return minute > this.from && minute < this.to ? `<i class="c4s-now" style="left:${this.share(minute)}%"></i>` : "";
	}

	minute(text) {
		return moment_of(text).diff(this.midnight, "minutes");
	}

	share(minute) {
		return ((minute - this.from) / (this.to - this.from)) * 100;
	}

	may_move(job) {
		return this.board.choices.may_plan && ["Planned", "Working", "Paused"].includes(job.status);
	}

	// With the mouse

	on_drag({ originalEvent: event, currentTarget }) {
		const job = this.board.jobs[currentTarget.dataset.job];
		const box = currentTarget.getBoundingClientRect();
		this.board.dragged = { ...job, grip: event.clientX - box.left };
		event.dataTransfer.setData("text/plain", job.name);
		event.dataTransfer.effectAllowed = "move";
	}

	let_go() {
		if (!this.board.dragged) return;
		this.board.dragged = null;
		this.board.draw();
	}

	on_over({ originalEvent: event, currentTarget }) {
		if (!this.board.dragged) return;
		event.preventDefault();
		currentTarget.classList.add("over");
	}

	async on_drop({ originalEvent: event, currentTarget }) {
		const thing = this.board.dragged;
		if (!thing) return;
		event.preventDefault();
		this.board.dragged = null;
		currentTarget.classList.remove("over");
		const box = currentTarget.getBoundingClientRect();
		const share = (event.clientX - box.left - (thing.grip || 0)) / box.width;
		const minute = Math.round((this.from + share * (this.to - this.from)) / STEP) * STEP;
		await this.board.plan(thing, this.at(minute), currentTarget.dataset.resource);
	}

	at(minute) {
		return stored(this.midnight.clone().add(Math.max(minute, 0), "minutes"));
	}

	// With the keyboard

	on_key(event) {
		const steps = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
		const job = this.board.jobs[event.currentTarget.dataset.job];
		if (!steps[event.key] || !this.may_move(job)) return;
		event.preventDefault();
		const [minutes, rows] = steps[event.key];
		const field = this.board.view.toLowerCase();
		const places = this.rows.filter((row) => row.name);
		const at = places.findIndex((row) => row.name === job[field]);
		const row = rows ? places[at + rows] : places[at];
		if (rows && !row) return;
		const planned_from = this.at(this.minute(job.planned_from) + minutes);
		this.board.plan(job, planned_from, row?.name).then(() => {
			const moved = this.board.jobs[job.name];
			this.board.say(`${moved.plate_number} ${clock(moved.planned_from)} ${this.board.names[moved[field]] || ""}`);
		});
	}
}
