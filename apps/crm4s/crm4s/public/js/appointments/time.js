import { safe } from "./text";

const DAYS = 7;

// When: a week of days, and of one of them the times at which a bay and a technician are free together.
export class Time {
	constructor(desk, $parent) {
		this.desk = desk;
		this.$parent = $parent;
		this.asked = 0;
		this.load_soon = frappe.utils.debounce(() => this.load(), 250);
		$parent.html(`<h2>${__("Time")}</h2>
			<div class="c4s-ad-fields"><label>${__("From Day")} <input class="form-control c4s-ad-from" type="date"></label>
				<button type="button" class="btn btn-default btn-sm" data-week="-1" aria-label="${__("Earlier")}">‹</button>
				<button type="button" class="btn btn-default btn-sm" data-week="1" aria-label="${__("Later")}">›</button></div>
			<div class="c4s-ad-days" role="radiogroup" aria-label="${__("Day")}"></div>
			<div class="c4s-ad-slots" role="radiogroup" aria-label="${__("Time")}" aria-live="polite"></div>`);
		this.$from = $parent.find(".c4s-ad-from");
		this.$from.on("change", () => this.load());
		$parent.on("click", "[data-week]", (event) => this.turn(cint(event.currentTarget.dataset.week)));
		$parent.on("change", "[name=c4s-ad-day]", (event) => this.show_day(event.currentTarget.value));
		$parent.on("change", "[name=c4s-ad-slot]", (event) => this.choose(event.currentTarget.value));
	}

	clear() {
		this.start = null;
		this.$from.val(frappe.datetime.get_today()).attr("min", frappe.datetime.get_today());
		this.load();
	}

	turn(weeks) {
		const today = frappe.datetime.get_today();
		const day = frappe.datetime.add_days(this.$from.val() || today, weeks * DAYS);
		this.$from.val(day < today ? today : day);
		this.load();
	}

	async load() {
		const question = ++this.asked;
		const day = this.$from.val() || frappe.datetime.get_today();
		const values = { dealership: this.desk.dealership, day, days: DAYS, minutes: this.desk.work.minutes() };
		const found = await this.desk.run(() => crm4s.appointments.call("slots", values));
		if (question !== this.asked) return;
		this.found = found || { days: [], next: [] };
		this.keep_focus(() => this.draw());
	}

	// Somebody may have gone on by keyboard while the times were under way.
	keep_focus(draw) {
		const $from = this.$parent.find("[name=c4s-ad-day]:focus, [name=c4s-ad-slot]:focus");
		const [name, value] = [$from.attr("name"), $from.val()];
		draw();
		if (!name) return;
		const $same = this.$parent.find(`[name=${name}][value="${value}"]:enabled`);
		if ($same.length) $same.trigger("focus");
		else this.focus();
	}

	draw() {
		const { days, next } = this.found;
		const first = days.find(({ slots }) => slots.length);
		const wanted = this.start?.slice(0, 10);
		const shown = days.find(({ day, slots }) => day === wanted && slots.length) || days.find(({ day, slots }) => day === this.day && slots.length) || first;
		this.$parent.find(".c4s-ad-days").html(days.map((row) => this.day_choice(row, row === shown)).join(""));
		if (shown) this.show_day(shown.day);
		else this.draw_slots(next, true);
	}

	day_choice({ day, slots }, is_chosen) {
		return `<label class="c4s-ad-day ${slots.length ? "" : "full"}"><input type="radio" name="c4s-ad-day" value="${day}"
			${is_chosen ? "checked" : ""} ${slots.length ? "" : "disabled"}>
			<b>${safe(crm4s.appointments.weekday(day))}</b><span>${safe(crm4s.appointments.date_of(day))}</span><small>${slots.length ? __("{0} free", [slots.length]) : __("full")}</small></label>`;
	}

	show_day(day) {
		this.day = day;
		this.draw_slots(this.found.days.find((row) => row.day === day).slots);
	}

	draw_slots(slots, with_day = false) {
		if (!slots.includes(this.start)) this.choose(null);
		const $slots = this.$parent.find(".c4s-ad-slots").empty();
		if (with_day) crm4s.appointments.say_none(slots).appendTo($slots);
		for (const start of slots) {
			const text = with_day ? frappe.datetime.str_to_user(start) : crm4s.appointments.clock(start);
			$slots.append(`<label class="c4s-ad-slot"><input type="radio" name="c4s-ad-slot" value="${safe(start)}"
				${start === this.start ? "checked" : ""}><span>${safe(text)}</span></label>`);
		}
	}

	choose(start) {
		this.start = start;
		this.desk.draw_summary();
	}

	focus() {
		this.$parent.find("[name=c4s-ad-day]:checked, [name=c4s-ad-slot]").first().trigger("focus");
	}

	// From the day on to its times; the first one is taken where none was.
	focus_slot() {
		const $slots = this.$parent.find("[name=c4s-ad-slot]");
		const $slot = $slots.filter(":checked").length ? $slots.filter(":checked") : $slots.first();
		$slot.prop("checked", true).trigger("focus");
		if ($slot.length) this.choose($slot.val());
	}
}
