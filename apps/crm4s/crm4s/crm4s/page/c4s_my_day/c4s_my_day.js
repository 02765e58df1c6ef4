// The desk runs this file among all others: nothing in it may be global.
(() => {
	const PAGE = "c4s-my-day";
	// Somebody else's document, or a moment that has come: what the socket does not say is read again after so long.
	const READ_AGAIN_AFTER = 60_000;
	const safe = (text) => frappe.utils.escape_html(`${text ?? ""}`);

	frappe.pages[PAGE].on_page_load = (wrapper) => {
		wrapper.day = new MyDay(wrapper);
	};
	frappe.pages[PAGE].on_page_show = (wrapper) => wrapper.day.show();
	frappe.pages[PAGE].on_page_hide = (wrapper) => wrapper.day.hide();

	// In the order of the server's sections.
	const sections = () => ({
		HERE: __("Waiting here"),
		UNANSWERED: __("Not answered yet"),
		LATE: __("Overdue"),
		DECISION: __("Waits for your decision"),
		TODAY: __("Today"),
		SOON: __("Coming up"),
	});

	// One tap each; what they answer says that it is done.
	const actions = () => ({
		take_visitor: [__("Take"), (item) => crm4s.reception.take(item.name)],
		log_contact: [__("Log Contact"), log_contact],
		give_by_rule: [__("Give by Rule"), give_by_rule],
		log_care: [__("Log Care"), log_care],
		log_follow_up: [__("Log Follow-Up"), log_follow_up],
		log_service_follow_up: [__("Log Follow-Up"), log_service_follow_up],
		approve_discount: [__("Approve It"), (item) => approve(item, "crm4s.crm4s.doctype.c4s_deal.actions.approve_discount", "deal")],
		approve_offer: [
			__("Approve It"),
			(item) => approve(item, "crm4s.crm4s.doctype.c4s_used_car_appraisal.actions.approve_offer", "appraisal"),
		],
		finish_service: [__("Mark Done"), (item) => set_status(item, "Done")],
		close_task: [__("Mark Done"), (item) => set_status(item, "Closed")],
	});

	class MyDay {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Day"), single_column: true });
			this.page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
			this.page.add_menu_item(__("In which order?"), () => this.explain());
			this.body = $(`<div class="c4s-day" aria-live="polite"></div>`).appendTo(this.page.main);
			this.actions = actions();
			this.items = [];
			this.subscribed = new Set();
			this.load_soon = frappe.utils.debounce(() => this.load(), 500);
			this.on_update = (change) => this.updated(change);
			this.on_return = () => !document.hidden && this.load_soon();
			this.body.on("click", "[data-act]", (event) => this.act(event.currentTarget));
			this.body.on("click", "[data-more]", (event) => this.open_list(event.currentTarget.dataset.more));
			this.body.on("keydown", ".c4s-day-item", (event) => this.on_key(event));
		}

		show() {
			this.hide();
			frappe.realtime.on("list_update", this.on_update);
			frappe.realtime.on("c4s_visitor_handed_over", this.load_soon);
			$(window).on("focus.c4s-my-day", this.on_return);
			$(document).on("visibilitychange.c4s-my-day", this.on_return);
			this.timer = setInterval(this.on_return, READ_AGAIN_AFTER);
			return this.load();
		}

		hide() {
			frappe.realtime.off("list_update", this.on_update);
			frappe.realtime.off("c4s_visitor_handed_over", this.load_soon);
			$(window).off(".c4s-my-day");
			$(document).off(".c4s-my-day");
			clearInterval(this.timer);
		}

		// Only what is on the list matters at once; a new document comes with the next reading.
		updated({ doctype, name }) {
			if (this.items.some((item) => item.doctype === doctype && item.name === name)) this.load_soon();
		}

		async load() {
			const question = (this.asked = (this.asked || 0) + 1);
			const day = await frappe.xcall("crm4s.my_day.api.get_day");
			if (question !== this.asked) return;
			for (const doctype of day.doctypes) {
				if (!this.subscribed.has(doctype)) frappe.realtime.doctype_subscribe(doctype);
				this.subscribed.add(doctype);
			}
			this.draw(day);
		}

		draw({ items, more, now }) {
			const focused = document.activeElement?.closest?.(".c4s-day-item");
			const held = this.held || (focused && this.place_of(focused));
			this.held = null;
			Object.assign(this, { items, more, today: now.slice(0, 10) });
			if (items.length) this.page.set_indicator(__("{0} to do", [items.length]), "blue");
			else this.page.clear_indicator();
			if (!items.length) {
				this.body.html(`<div class="c4s-day-empty"><strong>${__("Nothing to do now.")}</strong>
					<div>${__("What falls due, and who is waiting for you, appears here by itself.")}</div></div>`);
				return;
			}
			const parts = Object.entries(sections()).map(([urgency, title]) => this.section(urgency, title));
			this.body.html(parts.join("") + this.rest());
			if (held) this.focus(held);
		}

		section(urgency, title) {
			const items = this.items.filter((item) => item.urgency === urgency);
			if (!items.length) return "";
			return `<section data-urgency="${urgency}"><h2>${title} <span>${items.length}</span></h2>
				<ul>${items.map((item) => this.row(item)).join("")}</ul></section>`;
		}

		row(item) {
			const [label] = this.actions[item.action] || [__("Open", null, "Button of My Day")];
			const facts = [item.why, ...item.facts].filter(Boolean).map(safe).join(" · ");
			const phone = item.phone ? `<span class="c4s-day-phone">${safe(item.phone)}</span>` : "";
			const act = item.action
				? `<button class="btn btn-default btn-sm" data-act>${label}</button>`
				: `<a class="btn btn-default btn-sm" href="${link_of(item)}">${label}</a>`;
			return `<li class="c4s-day-item" tabindex="0" data-key="${safe(key_of(item))}">
				<span class="c4s-day-when ${item.is_late ? "late" : ""}">${safe(when(item, this.today))}</span>
				<div class="c4s-day-what">
					<a class="c4s-day-who" href="${link_of(item)}" tabindex="-1">${safe(item.title || __("Unknown"))}</a> ${phone}
					<div class="c4s-day-why">${facts}</div>
				</div>${act}</li>`;
		}

		rest() {
			const line = ({ why, count, is_at_least }, index) => {
				const text = is_at_least ? __("{0}: more than {1} more", [why, count]) : __("{0}: {1} more", [why, count]);
				return `<button class="btn btn-link" data-more="${index}">${safe(text)}</button>`;
			};
			return this.more.length ? `<div class="c4s-day-more">${this.more.map(line).join("")}</div>` : "";
		}

		open_list(index) {
			const { doctype, filters } = this.more[index];
			frappe.set_route("List", doctype, "List", Object.fromEntries(filters.map(([field, operator, value]) => [field, [operator, value]])));
		}

		async act(button) {
			const row = button.closest(".c4s-day-item");
			const item = this.items.find((one) => key_of(one) === row.dataset.key);
			const held = this.place_of(row);
			button.disabled = true;
			try {
				if (await this.actions[item.action][1](item)) row.classList.add("done");
			} finally {
				button.disabled = false;
				// A dialog took the focus away.
				this.held = held;
				this.load();
			}
		}

		on_key(event) {
			if (event.target.closest("button, a.btn") && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
			const rows = [...this.body.find(".c4s-day-item")];
			const here = rows.indexOf(event.currentTarget);
			const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
			if (step) rows[here + step]?.focus();
			else if (event.key === "Enter") $(event.currentTarget).find(".c4s-day-who")[0].click();
			else if (event.key === " ") $(event.currentTarget).find(".btn")[0].click();
			else return;
			event.preventDefault();
		}

		place_of(row) {
			return { key: row.dataset.key, place: this.items.findIndex((item) => key_of(item) === row.dataset.key) };
		}

		// The same row, or the one that took its place when it was done.
		focus({ key, place }) {
			const rows = [...this.body.find(".c4s-day-item")];
			(rows.find((row) => row.dataset.key === key) || rows[Math.min(place, rows.length - 1)])?.focus();
		}

		explain() {
			frappe.msgprint({
				title: __("In which order?"),
				message: [
					__("Who stands in the showroom comes first, then who has had no answer yet, then what is overdue, then what others wait for you to decide, then the rest of today by its time, and last what comes up in the next days."),
					__("Within a section the earliest comes first. A row disappears when its work is done, here or in the document itself."),
					__("Keyboard: arrow keys move, Enter opens, Space does what the button says."),
				].join("<br><br>"),
			});
		}
	}

	const key_of = (item) => `${item.work}/${item.name}`;

	function link_of({ doctype, name, opens }) {
		const [type, document] = opens || [doctype, name];
		return `/app/${frappe.router.slug(type)}/${encodeURIComponent(document)}`;
	}

	function when({ due, day }, today) {
		if (!due) return "";
		if (day === today) return due.length > 10 ? due.slice(11, 16) : __("Today");
		const days = frappe.datetime.get_day_diff(day, today);
		if (days === 1) return __("Tomorrow");
		if (days === -1) return __("Yesterday");
		return days < 0 ? __("{0} days ago", [-days]) : __("in {0} days", [days]);
	}

	function log_contact({ name }) {
		return crm4s.leads.ask_contact("", (values) => {
			const told = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
			return frappe.xcall("crm4s.leads.contacting.log_contact", { lead: name, ...told });
		});
	}

	async function give_by_rule({ name }) {
		const { given } = await frappe.xcall("crm4s.assignment.handover.give_by_rule", { leads: [name] });
		if (!given) frappe.show_alert({ message: __("No rule could give this lead; open it and choose a consultant."), indicator: "orange" });
		return given;
	}

	async function log_care({ name }) {
		const save = (values) => frappe.xcall("crm4s.crm4s.doctype.c4s_deal.actions.log_care", { deal: name, ...values });
		return crm4s.forms.ask_until_saved(__("Log Care"), await crm4s.deals.care_fields(), __("Save"), save);
	}

	async function log_follow_up({ name }) {
		const save = (values) => frappe.xcall("crm4s.crm4s.doctype.c4s_deal.actions.log_follow_up", { deal: name, ...values });
		return crm4s.forms.ask_until_saved(__("Log Follow-Up"), await crm4s.deals.follow_up_fields(), __("Save"), save);
	}

	async function log_service_follow_up({ doctype, name }) {
		await frappe.model.with_doctype(doctype);
		const fields = crm4s.forms.follow_up_fields(crm4s.forms.options_of(doctype, "follow_up_outcome"), "note");
		const save = (values) => frappe.xcall("crm4s.service.actions.log_follow_up", { visit: name, ...values });
		return crm4s.forms.ask_until_saved(__("Log Follow-Up"), fields, __("Save"), save);
	}

	function approve({ name, title, why }, method, argument) {
		return new Promise((resolve) => {
			frappe.confirm(
				`${safe(why)}: <b>${safe(title)}</b>`,
				() => frappe.xcall(method, { [argument]: name }).then(() => resolve(true), () => resolve(false)),
				() => resolve(false)
			);
		});
	}

	async function set_status({ doctype, name }, status) {
		await frappe.xcall("frappe.client.set_value", { doctype, name, fieldname: "status", value: status });
		return true;
	}
})();
