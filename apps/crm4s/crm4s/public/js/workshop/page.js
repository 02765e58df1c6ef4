import { Grid } from "./grid";
import { JobList } from "./list";
import { Tray } from "./tray";
import { show_job } from "./job";
import { act, is_phone, read, safe } from "./text";

// A day of the workshop: what is done where, by whom, and what is late.
export class JobBoard {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Job Board"), single_column: true });
		this.$main = $("<div class='c4s-workshop'>").appendTo(this.page.main);
		this.live = crm4s.pages.live({
			doctype: "C4S Repair Job",
			event: "c4s_workshop_changed",
			concerns: (dealership) => dealership === this.dealership,
			renew: () => this.renew(),
		});
		this.view = localStorage.getItem("c4s_job_board_view") === "Technician" ? "Technician" : "Bay";
		this.day = frappe.datetime.now_date();
		this.page.add_menu_item(__("All Jobs"), () => frappe.set_route("List", "C4S Repair Job", "List"));
		this.page.add_menu_item(__("Service Step Times"), () => frappe.set_route("query-report", "C4S Service Step Times"));
		this.ready = this.start();
	}

	async start() {
		this.choices = await read("get_choices");
		if (!this.choices.stores.length) {
			this.$main.html(crm4s.pages.no_store());
			return;
		}
		this.dealership = this.choices.stores[0].name;
		this.add_fields();
		this.$main.html(`
			<aside class="c4s-tray" aria-label="${__("To Plan")}"></aside>
			<section class="c4s-grid-frame"><div class="c4s-grid"></div><div class="c4s-said sr-only" aria-live="polite"></div></section>`);
		this.tray = new Tray(this, this.$main.find(".c4s-tray"));
		this.grid = new Grid(this, this.$main.find(".c4s-grid"));
		this.list = new JobList(this, this.$main.find(".c4s-grid"));
		this.on_resize = frappe.utils.debounce(() => this.state && this.draw(), 200);
	}

	add_fields() {
		crm4s.pages.add_store_field(this.page, this.choices.stores, this.dealership, (name) => {
			this.dealership = name;
			this.renew();
		});
		this.add_field("day", { fieldtype: "Date", label: __("Day"), default: this.day });
		const views = [
			{ value: "Bay", label: __("Bays") },
			{ value: "Technician", label: __("Technicians") },
		];
		this.add_field("view", { fieldtype: "Select", label: __("Rows"), options: views, default: this.view });
	}

	add_field(fieldname, options) {
		const field = this.page.add_field({
			fieldname,
			...options,
			change: () => {
				const value = field.get_value();
				if (!value || value === this[fieldname]) return;
				this[fieldname] = value;
				if (fieldname === "view") localStorage.setItem("c4s_job_board_view", value);
				this.renew();
			},
		});
	}

	async show() {
		await this.ready;
		if (!this.grid) return;
		this.hide();
		this.live.start();
		window.addEventListener("resize", this.on_resize);
		await this.renew();
	}

	hide() {
		this.live.stop();
		window.removeEventListener("resize", this.on_resize);
	}

	async renew() {
		if (!this.grid) return;
		const asked_for = [this.dealership, this.day];
		const state = await read("get_board", { dealership: this.dealership, day: this.day });
		// A slow answer about the store of before must not overwrite the new one; what is being dragged stays in the hand.
		if (String(asked_for) !== String([this.dealership, this.day])) return;
		// What is the same is not drawn again under somebody's hand, but for the minutes that pass.
		const content = JSON.stringify([asked_for, this.view, { ...state, now: state.now.slice(0, 16) }]);
		const is_same = content === this.content;
		this.content = content;
		this.state = { ...state, read_at: performance.now() };
		this.jobs = Object.fromEntries(state.jobs.map((job) => [job.name, job]));
		this.names = Object.fromEntries(state.resources.map(({ name, resource_name }) => [name, resource_name]));
		if (!this.dragged && !is_same) this.draw();
	}

	draw() {
		// Whoever works with the keyboard stays where he or she was.
		const key = document.activeElement?.closest?.(".c4s-workshop") && document.activeElement.dataset.key;
		this.tray.draw();
		(is_phone() ? this.list : this.grid).draw();
		if (key) this.$main.find(`[data-key="${CSS.escape(key)}"]`).trigger("focus");
	}

	// What a card or a bar stands for: a job, or labour of a visit that no job does yet.
	plan(thing, planned_from, resource) {
		const place = resource ? { [this.view.toLowerCase()]: resource } : {};
		if (thing.name) return this.step(() => act("move", { job: thing.name, planned_from, ...place }));
		const items = JSON.stringify(thing.rows);
		return this.step(() => act("dispatch", { service_visit: thing.visit, items, planned_from, ...place }));
	}

	step(run) {
		return crm4s.pages.step(run, () => this.renew());
	}

	open(name) {
		show_job(this, this.jobs[name]);
	}

	say(sentence) {
		this.$main.find(".c4s-said").text(sentence);
	}

	car_of(job) {
		const visit = this.state.visits[job.service_visit] || {};
		return safe(visit.car || job.plate_number || visit.plate_number);
	}
}
