import { act, ask_result, late_word, promise, safe } from "./text";

// What waits: jobs without a time, approved labour without a job, cars to check and cars to wash.
export class Tray {
	constructor(board, $parent) {
		this.board = board;
		this.$parent = $parent;
		$parent.on("click", "[data-open]", ({ currentTarget }) => board.open(currentTarget.dataset.open));
		$parent.on("click", "[data-plan]", ({ currentTarget }) => this.plan(this.things[currentTarget.dataset.plan]));
		$parent.on("click", "[data-check]", ({ currentTarget }) => this.check(currentTarget.dataset.check));
		$parent.on("click", "[data-wash]", ({ currentTarget }) => this.wash(currentTarget.dataset.wash));
		$parent.on("dragstart", "[draggable]", (event) => this.on_drag(event));
		$parent.on("dragend", "[draggable]", () => board.grid.let_go());
		$parent.on("dragover", (event) => board.dragged?.planned_from && event.preventDefault());
		$parent.on("drop", (event) => this.on_drop(event));
	}

	draw() {
		const { state } = this.board;
		this.things = {};
		const jobs = state.jobs.filter((job) => job.in_tray).map((job) => this.job(job));
		const waiting = Object.entries(state.waiting).map(([visit, rows]) => this.labour(visit, rows));
		const parts = [
			[__("To Plan"), [...jobs, ...waiting], __("Everything is planned.")],
			[__("To Check"), state.to_check.map((row) => this.car_to_check(row))],
			[__("To Wash"), state.to_wash.map((name) => this.car_to_wash(name))],
		];
		const shown = parts.filter(([, cards, empty]) => cards.length || empty);
		this.$parent.html(
			shown
				.map(([title, cards, empty]) => `<h2>${title} <span class="c4s-count">${cards.length}</span></h2>${cards.join("") || `<div class="c4s-empty">${empty}</div>`}`)
				.join("")
		);
	}

	job(job) {
		this.things[job.name] = job;
		const marks = [job.status === "Planned" ? __("Unplanned") : __(job.status), job.rework_count && __("Rework"), late_word(job)];
		return this.card(job.name, job.service_visit, job.title.replace(`${job.plate_number} · `, ""), marks, job.planned_minutes, job.late, `data-open="${safe(job.name)}"`, __("Choose a Time"));
	}

	labour(visit, rows) {
		const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
		const skills = [...new Set(rows.map((row) => row.skill).filter(Boolean))].map((skill) => __(skill));
		this.things[visit] = { visit, rows: rows.map(({ row }) => row), planned_minutes: minutes };
		return this.card(visit, visit, rows.map((row) => row.item_name).join(" + "), skills, minutes, false, `data-plan="${safe(visit)}"`, __("Make a Job"));
	}

	card(key, visit_name, title, marks, minutes, late, action, label) {
		const visit = this.board.state.visits[visit_name] || {};
		const promised = visit.promised_on ? promise(visit) : "";
		const facts = [...marks, minutes && __("{0} min", [minutes]), promised, visit.advisor].filter(Boolean);
		const button = this.board.choices.may_plan ? `<button class="btn btn-xs btn-default" ${action} data-key="tray-${safe(key)}">${label}</button>` : "";
		return `<article class="c4s-waits" ${late ? "data-late" : ""} ${this.board.choices.may_plan ? 'draggable="true"' : ""} data-thing="${safe(key)}">
			<a class="bold" href="/app/c4s-service-visit/${encodeURIComponent(visit_name)}">${safe(visit.plate_number || visit_name)}</a> ${safe(title)}
			<div class="text-muted">${safe(facts.join(" · "))}</div>${button}</article>`;
	}

	car_to_check({ visit, missing, jobs }) {
		const { choices, state } = this.board;
		const waits = [...new Set(missing.map(({ kind }) => __(kind)))].join(", ");
		const button = choices.may_check && !missing.length ? `<button class="btn btn-xs btn-primary" data-check="${safe(visit)}" data-key="check-${safe(visit)}">${__("Final Check")}</button>` : "";
		return `<article class="c4s-waits"><a class="bold" href="/app/c4s-service-visit/${encodeURIComponent(visit)}">${safe(state.visits[visit]?.plate_number || visit)}</a>
			${safe(jobs.map(({ title }) => title.split(" · ").slice(1).join(" · ")).join(" + "))}
			<div class="text-muted">${waits ? __("waits for: {0}", [waits]) : __("waits for the final check")}</div>${button}</article>`;
	}

	car_to_wash(visit) {
		return `<article class="c4s-waits"><a class="bold" href="/app/c4s-service-visit/${encodeURIComponent(visit)}">${safe(this.board.state.visits[visit]?.plate_number || visit)}</a>
			<button class="btn btn-xs btn-default" data-wash="${safe(visit)}" data-key="wash-${safe(visit)}">${__("Car Is Washed")}</button></article>`;
	}

	plan(thing) {
		return this.board.step(async () => {
			const name = await act("dispatch", { service_visit: thing.visit, items: JSON.stringify(thing.rows) });
			await this.board.renew();
			this.board.open(name);
		});
	}

	async check(visit) {
		const { jobs } = this.board.state.to_check.find((row) => row.visit === visit);
		const said = await ask_result(__("Final Check"), jobs);
		if (said) await this.board.step(() => act("check_car", { service_visit: visit, ...said }));
	}

	wash(visit) {
		return this.board.step(() => act("car_washed", { service_visit: visit }));
	}

	on_drag({ originalEvent: event, currentTarget }) {
		this.board.dragged = this.things[currentTarget.dataset.thing];
		event.dataTransfer.setData("text/plain", currentTarget.dataset.thing);
		event.dataTransfer.effectAllowed = "move";
	}

	// A bar that is dragged here gives its time back.
	on_drop({ originalEvent: event }) {
		const job = this.board.dragged;
		if (!job?.name || !job.planned_from) return;
		event.preventDefault();
		this.board.dragged = null;
		this.board.step(() => act("unplan", { job: job.name }));
	}
}
