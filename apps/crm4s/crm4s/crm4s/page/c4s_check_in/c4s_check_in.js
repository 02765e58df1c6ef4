frappe.pages["c4s-check-in"].on_page_load = (wrapper) => {
	wrapper.check_in = new CheckIn(wrapper);
};
frappe.pages["c4s-check-in"].on_page_show = (wrapper) => wrapper.check_in.show();

const ask = (method, values) => frappe.xcall(`crm4s.campaigns.api.${method}`, values);
const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
const SIGNS = { Attended: "green", Registered: "blue", "No-Show": "red", "Waiting for a Place": "orange" };

// The door of an event: search by name, last digits or code, one tap in, one tap back.
class CheckIn {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Check-In"), single_column: true });
		this.page.set_secondary_action(__("Refresh"), () => this.renew());
		this.$main = $(`<div class="c4s-door">
			<select class="form-control c4s-door-event" aria-label="${__("Which Event")}"></select>
			<div class="c4s-door-count" aria-live="polite"></div>
			<input class="form-control c4s-door-search" type="search" autocomplete="off" maxlength="40"
				placeholder="${__("Name, last four digits or code")}" aria-label="${__("Name, last four digits or code")}">
			<div class="c4s-door-list" aria-live="polite"></div></div>`).appendTo(this.page.main);
		this.$search = this.$main.find(".c4s-door-search").on("input", frappe.utils.debounce(() => this.renew(), 250));
		this.$event = this.$main.find(".c4s-door-event").on("change", ({ target }) => this.choose(target.value));
		this.$main.on("click", "[data-act]", ({ currentTarget }) => this.on_click(currentTarget));
	}

	async show() {
		const asked = frappe.get_route()[1] || this.event;
		this.events = await ask("events_now");
		const known = this.events.some(({ name }) => name === asked);
		// Whoever asked for another event is told so, and does not check guests in to the wrong one.
		this.event = known ? asked : asked ? null : this.events[0]?.name;
		this.missing = asked && !known && this.events.length > 0;
		const options = this.events.map(
			({ name, title, event_from, location }) =>
				`<option value="${escaped(name)}">${escaped([title, frappe.datetime.str_to_user(event_from), location].filter(Boolean).join(" · "))}</option>`
		);
		this.$event.html(options.join("")).val(this.event).toggle(this.events.length > 0);
		this.$search.toggle(Boolean(this.event));
		await this.renew();
	}

	choose(name) {
		this.event = name;
		this.$search.toggle(true);
		return this.renew();
	}

	async renew() {
		const $list = this.$main.find(".c4s-door-list");
		if (!this.event) {
			this.$main.find(".c4s-door-count").empty();
			const sentence = this.missing ? __("This event does not take place these days; choose another one above.") : __("No event takes place these days.");
			$list.html(`<p class="text-muted">${sentence}</p>`);
			return;
		}
		const [event, text] = [this.event, this.$search.val().trim()];
		const { guests, expected, arrived } = await ask("find_guests", { campaign: event, text });
		// A slower answer to an earlier text or event.
		if (event !== this.event || text !== this.$search.val().trim()) return;
		this.guests = Object.fromEntries(guests.map((guest) => [guest.name, guest]));
		this.$main.find(".c4s-door-count").html(__("{0} of {1} people are here", [`<b>${arrived}</b>`, expected]));
		$list.html(guests.map((guest) => this.card(guest)).join("") || `<p class="text-muted">${__("Nobody is found.")}</p>`);
	}

	card({ name, title, masked_phone, companions, status, code }) {
		const button = { Attended: ["undo", __("Undo"), "btn-default"], Registered: ["enter", __("Check In"), "btn-primary"], "No-Show": ["enter", __("Check In"), "btn-primary"] }[status];
		const party = companions ? ` · ${__("with {0} companions", [companions])}` : "";
		return `<article class="c4s-door-guest" data-guest="${escaped(name)}">
			<div><b>${escaped(title)}</b> <span class="indicator-pill ${SIGNS[status]}">${__(status)}</span>
				<div class="text-muted small">${escaped(masked_phone)} · ${escaped(code)}${party}</div></div>
			${button ? `<button class="btn ${button[2]}" data-act="${button[0]}">${button[1]}</button>` : ""}</article>`;
	}

	async on_click(button) {
		const guest = this.guests[button.closest("[data-guest]").dataset.guest];
		const method = button.dataset.act === "undo" ? "undo_check_in" : "check_in";
		button.disabled = true;
		try {
			await ask(method, { registration: guest.name, code: guest.code });
			if (method === "check_in") {
				this.$search.val("");
				frappe.show_alert({ message: __("{0} is here", [escaped(guest.title)]), indicator: "green" });
			}
		} finally {
			await this.renew();
		}
	}
}
