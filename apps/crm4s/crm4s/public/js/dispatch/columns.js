import { clock, minutes_since, safe } from "../text";

const COLUMNS = [
	["Called", __("Called"), __("Nobody waits for a team.")],
	["Dispatched", __("Dispatched"), __("No team is about to leave.")],
	["On the Way", __("On the Way"), __("No team is on the way.")],
	["On Site", __("On Site"), __("No team is on site.")],
	["Ended", __("Ended Today"), __("Nothing has ended today.")],
];
const ENDED = ["Solved", "Towed", "Cancelled"];

// A column a status, a card an order; home services that were booked wait among the calls.
export class Columns {
	constructor(board, $parent) {
		this.board = board;
		this.$parent = $parent;
		$parent.on("click", "[data-step]", (event) => this.on_step(event.currentTarget));
	}

	draw() {
		// Whoever works with the keyboard stays where he or she was.
		const key = document.activeElement?.closest?.(".c4s-dispatch-columns") && document.activeElement.dataset.key;
		// What somebody has just unfolded stays so.
		const unfolded = this.$parent.find("details[open]").map((_, one) => one.closest("article").dataset.order).get();
		this.steps = {};
		this.$parent.html(COLUMNS.map((column) => this.column(...column)).join(""));
		for (const name of unfolded) this.$parent.find(`[data-order="${CSS.escape(name || "")}"] details`).prop("open", true);
		this.renew_minutes();
		if (key) this.$parent.find(`[data-key="${CSS.escape(key)}"]`).trigger("focus");
	}

	column(status, title, empty) {
		const { orders, appointments } = this.board.state;
		const shown = orders.filter((order) => (status === "Ended" ? ENDED.includes(order.status) : order.status === status));
		const cards = shown.map((order) => this.card(order));
		if (status === "Called") cards.push(...appointments.map((row) => this.appointment(row)));
		return `<div class="c4s-column" data-status="${status}" ${cards.length ? "" : "data-empty"}><h2>${title} <span class="c4s-count">${cards.length}</span></h2>
			${cards.join("") || `<div class="c4s-empty">${empty}</div>`}</div>`;
	}

	card(order) {
		const { board } = this;
		const may_work = board.choices.may_send || board.state.own_teams.includes(order.team);
		const steps = crm4s.dispatch.steps_of(order, { may_send: board.choices.may_send, may_work });
		const where = [order.address, order.concern].filter(Boolean);
		return `<article class="c4s-order" data-order="${safe(order.name)}" ${order.late ? "data-late" : ""}>
			<div class="c4s-order-head">
				<a href="/app/c4s-dispatch-order/${encodeURIComponent(order.name)}">${safe(order.plate_number || order.car_description)}</a>
				${order.late ? `<span class="indicator-pill red">${crm4s.dispatch.late_word(order.late)}</span>` : ""}
				${ENDED.includes(order.status) ? `<span class="indicator-pill ${crm4s.dispatch.colour(order.status)}">${__(order.status)}</span>` : ""}
			</div>
			<div><b>${safe(order.trouble ? __(order.trouble) : __(order.kind))}</b> <span class="text-muted">${safe(order.model_title)}</span></div>
			<div>${safe(order.contact_name)} ${phone(order)}</div>
			<div class="c4s-order-where">${where.map(safe).join("<br>")}</div>
			${order.team ? `<div>${frappe.utils.icon("users", "xs")} ${safe(board.names[order.team] || order.team)}</div>` : ""}
			<div class="text-muted c4s-order-times"></div>
			${this.buttons(order.name, steps)}</article>`;
	}

	appointment(row) {
		const { may_send } = this.board.choices;
		const run = () => crm4s.dispatch.choose_team({ appointment: row.name, address: row.address });
		const steps = may_send ? [{ label: __("Send a Team"), run, next: true }] : [];
		return `<article class="c4s-order" data-appointment="${safe(row.name)}" ${row.late ? "data-late" : ""}>
			<div class="c4s-order-head">
				<a href="/app/c4s-service-appointment/${encodeURIComponent(row.name)}">${safe(row.plate_number || row.car_description)}</a>
				<span class="indicator-pill ${row.late ? "red" : "blue"}">${__("Booked for {0}", [this.when(row.planned_from)])}</span>
			</div>
			<div><b>${__("Home Service")}</b> <span class="text-muted">${safe(this.board.names[row.technician])}</span></div>
			<div>${safe(row.contact_name)} <span class="text-muted">${safe(row.masked_phone)}</span></div>
			<div class="c4s-order-where">${[row.address, row.concern].filter(Boolean).map(safe).join("<br>")}</div>
			${this.buttons(row.name, steps)}</article>`;
	}

	buttons(name, steps) {
		this.steps[name] = steps;
		const look = ({ next }) => (next ? "btn-primary" : "btn-default");
		const buttons = (wanted) =>
			steps
				.map((step, number) => [step, number])
				.filter(([{ more }]) => Boolean(more) === wanted)
				.map(([step, number]) => `<button class="btn btn-xs ${look(step)}" data-step="${number}" data-of="${safe(name)}" data-key="${safe(name)}-${safe(step.label)}">${safe(step.label)}</button>`)
				.join("");
		const seldom = buttons(true);
		const more = seldom ? `<details class="c4s-order-more"><summary data-key="${safe(name)}-more">${__("More")}</summary><div class="c4s-order-steps">${seldom}</div></details>` : "";
		return steps.length ? `<div class="c4s-order-steps">${buttons(false)}</div>${more}` : "";
	}

	async on_step(button) {
		button.disabled = true;
		const step = this.steps[button.dataset.of][button.dataset.step];
		await this.board.step(step.run);
		button.disabled = false;
	}

	// Today's times need no date.
	when(text) {
		return text.slice(0, 10) === this.board.state.now.slice(0, 10) ? clock(text) : frappe.datetime.str_to_user(text.slice(0, 10));
	}

	renew_minutes() {
		if (!this.board.state) return;
		for (const order of this.board.state.orders) {
			this.$parent.find(`[data-order="${CSS.escape(order.name)}"] .c4s-order-times`).text(this.times(order));
		}
	}

	times(order) {
		const { state } = this.board;
		const { dispatch, arrival, on_site } = order.minutes;
		if (ENDED.includes(order.status)) {
			const facts = [
				order.arrived_on && order.kind === "Rescue" && __("there after {0} min", [arrival]),
				on_site != null && __("{0} min on site", [on_site]),
				order.total_amount && format_currency(order.total_amount),
				order.cancel_reason,
			];
			return [clock(order.ended_on), ...facts].filter(Boolean).join(" · ");
		}
		const since = minutes_since(state, order.status === "On Site" ? order.arrived_on : order.called_on);
		const facts = [
			order.status === "On Site" ? __("{0} min on site", [since]) : order.kind === "Rescue" && __("called {0} min ago", [since]),
			order.status === "On Site" && order.on_site_standard && __("standard {0} min", [order.on_site_standard]),
			order.status !== "On Site" && order.arrive_by && __("there by {0}", [this.when(order.arrive_by)]),
			order.status === "Dispatched" && order.kind === "Rescue" && __("sent after {0} min", [dispatch]),
		];
		return facts.filter(Boolean).join(" · ");
	}
}

const phone = ({ phone: number, masked_phone }) =>
	number ? `<a href="tel:${safe(number)}">${safe(crm4s.dispatch.dialled(number))}</a>` : `<span class="text-muted">${safe(masked_phone)}</span>`;
