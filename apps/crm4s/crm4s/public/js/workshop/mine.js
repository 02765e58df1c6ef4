import { act, ask_added_work, ask_pause, ask_result, clock, pill, promise, read, safe, worked } from "./text";

// A technician's jobs on the phone, with buttons for gloved thumbs.
export class MyJobs {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Jobs"), single_column: true });
		this.$main = $("<div class='c4s-my-jobs' aria-live='polite'>").appendTo(this.page.main);
		this.$main.on("click", "[data-act]", (event) => this.on_click(event));
		this.live = crm4s.pages.live({
			doctype: "C4S Repair Job",
			event: "c4s_workshop_changed",
			concerns: (dealership) => dealership === this.state?.technician?.dealership,
			renew: () => this.renew(),
		});
	}

	async show() {
		this.live.start();
		await this.renew();
	}

	hide() {
		this.live.stop();
	}

	async renew() {
		const state = await read("get_my_jobs");
		this.state = { ...state, read_at: performance.now() };
		this.jobs = Object.fromEntries([...state.jobs, ...state.checks].map((job) => [job.name, job]));
		const key = document.activeElement?.dataset?.key;
		this.draw();
		if (key) this.$main.find(`[data-key="${CSS.escape(key)}"]`).trigger("focus");
	}

	draw() {
		const { technician, jobs, checks } = this.state;
		if (!technician) {
			this.$main.html(`<div class="c4s-empty">${__("You are no technician yet; the workshop manager enters you as a resource with your user.")}</div>`);
			return;
		}
		const open = jobs.filter((job) => job.status !== "Finished");
		const finished = jobs.filter((job) => job.status === "Finished");
		const parts = [
			[__("To Do"), open.map((job) => this.card(job)), __("Nothing to do right now.")],
			[__("Check Colleagues' Work"), checks.map((job) => this.card(job, "Team Check"))],
			[__("Finished Today"), finished.map((job) => this.card(job))],
		];
		this.$main.html(
			parts
				.filter(([, cards, empty]) => cards.length || empty)
				.map(([title, cards, empty]) => `<h2>${title}</h2>${cards.join("") || `<div class="c4s-empty">${empty}</div>`}`)
				.join("")
		);
	}

	card(job, check = null) {
		const times = job.planned_from ? `${clock(job.planned_from)}–${clock(job.planned_to)}` : __("no time yet");
		const facts = [job.bay_name, times, job.promised_on && promise(job)].filter(Boolean).join(" · ");
		const items = job.items.map(({ item_name, minutes }) => `<li>${safe(item_name)}${minutes ? ` <span class="text-muted">${__("{0} min", [minutes])}</span>` : ""}</li>`);
		const said = [job.concern && `<p class="c4s-concern">“${safe(job.concern)}”</p>`, job.instruction && `<p>${safe(job.instruction)}</p>`];
		const paused = job.status === "Paused" && job.pause_reason ? ` ${safe(__(job.pause_reason))}` : "";
		return `<article class="c4s-my-job" data-status="${safe(job.status)}" data-job="${safe(job.name)}">
			<div><b class="c4s-plate">${safe(job.plate_number)}</b> ${pill(job.status)}${paused}
			<span class="c4s-worked">${__("{0} of {1} min", [worked(this.state, job), job.planned_minutes])}</span></div>
			<div class="text-muted">${safe(facts)}</div><ul>${items.join("")}</ul>${said.filter(Boolean).join("")}
			<div class="c4s-big">${this.buttons(job, check).join("")}</div></article>`;
	}

	buttons(job, check) {
		const button = (act_name, label, look = "btn-default") =>
			`<button class="btn ${look}" data-act="${act_name}" data-key="${safe(job.name)}-${act_name}">${label}</button>`;
		if (check) return [button("team_check", __("Team Check"), "btn-primary")];
		if (job.status === "Working") {
			return [button("finish", __("Finish"), "btn-success"), button("pause", __("Pause"), "btn-warning"), button("add_work", __("Added Work"))];
		}
		if (job.status === "Finished") return job.needs_self_check ? [button("self_check", __("Self Check"), "btn-primary")] : [];
		return [button("start", job.worked_minutes ? __("Resume") : __("Start Work"), "btn-primary")];
	}

	async on_click(event) {
		const button = event.currentTarget;
		const job = this.jobs[button.closest("[data-job]").dataset.job];
		button.disabled = true;
		try {
			await this[button.dataset.act](job);
		} catch (refusal) {
			if (refusal instanceof Error) throw refusal;
		} finally {
			await this.renew();
		}
	}

	start(job) {
		return act("start", { job: job.name });
	}

	finish(job) {
		return act("finish", { job: job.name });
	}

	async pause(job) {
		const said = await ask_pause(this.state.reasons);
		if (said) await act("pause", { job: job.name, ...said });
	}

	async add_work(job) {
		const said = await ask_added_work();
		if (!said) return;
		await act("add_work", { job: job.name, ...said });
		frappe.show_alert({ message: __("The advisor asks the customer."), indicator: "green" });
	}

	self_check(job) {
		return this.check(job, "Self Check");
	}

	team_check(job) {
		return this.check(job, "Team Check");
	}

	async check(job, kind) {
		const said = await ask_result(`${__(kind)} · ${job.plate_number}`);
		if (said) await act("check", { job: job.name, kind, result: said.result, remark: said.remark });
	}
}
