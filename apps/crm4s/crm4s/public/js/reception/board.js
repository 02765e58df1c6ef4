import { clock, safe, state_pill } from "./text";

// Three columns: who waits, who is with a consultant, who has left.
export class ReceptionBoard {
	constructor(reception, $parent) {
		this.reception = reception;
		this.$parent = $parent;
		$parent.on("click", "[data-step]", (event) => this.on_step(event));
	}

	draw(state) {
		// Whoever works with the keyboard stays where he or she was.
		const focused = document.activeElement?.closest?.(".c4s-board") ? document.activeElement.dataset : null;
		const { key } = focused || {};
		const columns = [
			["Waiting for Consultant", __("Waiting for Consultant"), __("Nobody waits.")],
			["With Consultant", __("With Consultant"), __("Nobody is being served.")],
			["Gone", __("Gone"), __("Nobody has left today.")],
		];
		this.visits = Object.fromEntries(state.visits.map((visit) => [visit.name, visit]));
		this.$parent.html(columns.map((column) => this.column(...column)).join(""));
		if (key) this.$parent.find(`[data-key="${CSS.escape(key)}"]`).trigger("focus");
		this.renew_minutes();
	}

	column(status, title, empty) {
		const visits = Object.values(this.visits).filter((visit) => visit.status === status);
		if (status === "Gone") visits.reverse();
		const cards = visits.map((visit) => this.card(visit)).join("");
		return `<div class="c4s-column" data-status="${status}">
			<h2>${title} <span class="c4s-count">${visits.length}</span></h2>
			${cards || `<div class="c4s-empty">${empty}</div>`}</div>`;
	}

	card(visit) {
		const name = visit.visitor_name || __("Unknown visitor");
		// Names often say it already, as 林先生 does.
		const sex = (!visit.visitor_name && { Male: __("Mr"), Female: __("Ms") }[visit.sex]) || "";
		const marks = [
			visit.visit_order && `<span class="c4s-mark ${visit.visit_order === "Came Again" ? "again" : ""}">${__(visit.visit_order)}</span>`,
			visit.grade && `<span class="c4s-grade">${safe(visit.grade)}</span>`,
			visit.party_size > 1 && `<span class="c4s-mark">${__("{0} people", [visit.party_size])}</span>`,
		];
		const facts = [visit.purpose && __(visit.purpose), visit.model_title, visit.masked_phone, visit.result && __(visit.result)];
		return `<article class="c4s-card" data-visit="${safe(visit.name)}">
			<div class="c4s-card-head">
				<a class="c4s-card-name" href="/app/c4s-showroom-visit/${encodeURIComponent(visit.name)}">${safe(name)}</a>
				<span class="text-muted">${sex}</span> ${marks.filter(Boolean).join(" ")}
				<span class="c4s-minutes"></span>
			</div>
			<div class="text-muted c4s-card-facts">${facts.filter(Boolean).map(safe).join(" · ")}</div>
			${this.who(visit)}
			<div class="c4s-steps">${this.steps(visit).join("")}</div></article>`;
	}

	who(visit) {
		if (!visit.consultant_name) return "";
		const text = visit.status === "Waiting for Consultant" ? __("{0} was asked at {1}", [visit.consultant_name, clock(visit.offered_on)]) : visit.consultant_name;
		return `<div class="c4s-card-who">${frappe.utils.icon("users", "xs")} ${safe(text)}</div>`;
	}

	steps(visit) {
		const { may_manage_line, may_receive } = this.reception.state;
		if (!may_receive) return [];
		const button = (step, label, look = "btn-default") =>
			`<button class="btn btn-xs ${look}" data-step="${step}" data-key="${safe(visit.name)}-${step}">${label}</button>`;
		const is_asked = visit.sales_consultant === frappe.session.user;
		const may_answer = may_manage_line || is_asked;
		if (visit.status === "Gone") return [button("come_back", __("Undo"))];
		if (visit.status === "With Consultant") {
			return [
				button("leave", __("Leave"), "btn-primary"),
				!visit.lead && frappe.model.can_create("C4S Lead") && button("open_lead", __("Open a Lead")),
				!visit.customer && visit.visitor_name && frappe.model.can_create("C4S Customer") && button("convert", __("Make Customer")),
				may_answer && button("take_back", __("Undo")),
			].filter(Boolean);
		}
		if (visit.sales_consultant) {
			return [
				may_answer && button("take", is_asked ? __("Take") : __("Was Taken"), "btn-primary"),
				may_answer && button("pass_on", __("Pass On")),
				may_answer && button("take_back", __("Undo")),
				button("leave", __("Leave")),
			].filter(Boolean);
		}
		const is_in_line = this.reception.state.line.some((entry) => entry.user === frappe.session.user);
		return [
			button("hand_over", __("Hand to Consultant"), "btn-primary"),
			button("choose", __("To …")),
			is_in_line && button("take", __("Take")),
			button("leave", __("Leave")),
		].filter(Boolean);
	}

	async on_step(event) {
		const step = event.currentTarget.dataset.step;
		const visit = this.visits[event.currentTarget.closest("[data-visit]").dataset.visit];
		event.currentTarget.disabled = true;
		await this.reception.step(() => this.run(step, visit));
	}

	run(step, visit) {
		if (step === "leave") return crm4s.reception.leave(visit);
		if (step === "choose") return this.choose_consultant(visit);
		if (step === "convert") return crm4s.conversion.convert("C4S Showroom Visit", visit.name);
		return crm4s.reception[step](visit.name);
	}

	choose_consultant(visit) {
		const { line } = this.reception.state;
		if (!line.length) return frappe.msgprint(__("No consultant has joined the line yet."));
		return new Promise((resolve) => {
			let done = null;
			const dialog = new frappe.ui.Dialog({ title: __("Hand Over To"), on_hide: () => resolve(done) });
			for (const entry of line) {
				$(`<button class="btn btn-default btn-block text-left">${safe(entry.full_name)} ${state_pill(entry)}</button>`)
					.on("click", () => {
						done = crm4s.reception.hand_over(visit.name, entry.user);
						dialog.hide();
					})
					.appendTo(dialog.body);
			}
			dialog.show();
		});
	}

	renew_minutes() {
		const { standard_minutes } = this.reception.state || {};
		for (const card of this.$parent.find("[data-visit]")) {
			const visit = this.visits[card.dataset.visit];
			const minutes = this.minutes_of(visit);
			const is_late = visit.status === "Waiting for Consultant" && minutes > standard_minutes;
			card.classList.toggle("late", is_late);
			const text = __("{0} min", [minutes]);
			$(card).find(".c4s-minutes").text(is_late ? __("waits {0}", [text]) : text).attr("title", __("Since {0}", [clock(visit.arrived_on)]));
		}
	}

	minutes_of(visit) {
		if (visit.status === "Waiting for Consultant") return this.reception.minutes_since(visit.arrived_on);
		if (visit.status === "With Consultant") return this.reception.minutes_since(visit.taken_on);
		return visit.duration_minutes;
	}
}
