import { Caller } from "./caller";
import { Time } from "./time";
import { Work } from "./work";
import { safe, time_of } from "./text";

// One screen for the phone: who calls, with which car, for what, and when there is time. Enter goes on from one to the next.
export class AppointmentDesk {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Appointment Desk"), single_column: true });
		this.$main = $("<div class='c4s-ad'>").appendTo(this.page.main);
		this.page.add_menu_item(__("Appointments"), () => frappe.set_route("List", "C4S Service Appointment"));
		this.page.add_menu_item(__("Calendar"), () => frappe.set_route("List", "C4S Service Appointment", "Calendar"));
		this.page.add_menu_item(__("Prepare for Tomorrow"), () => frappe.set_route("query-report", "C4S Appointment Preparation"));
		this.page.set_secondary_action(__("Next Caller"), () => this.start_again());
		this.ready = this.start();
	}

	async start() {
		this.choices = await crm4s.appointments.call("get_choices");
		const problem = !this.choices.stores.length
			? __("You are assigned to no store; ask an administrator to assign you to one.")
			: !this.choices.may_book && __("You may read appointments, but not make them.");
		if (problem) {
			this.$main.html($("<p>").addClass("c4s-ad-empty text-muted").text(problem));
			return;
		}
		this.dealership = this.choices.stores[0].name;
		crm4s.pages.add_store_field(this.page, this.choices.stores, this.dealership, (name) => this.change_store(name));
		this.$main.html(`<section class="c4s-ad-caller"></section>
			<div class="c4s-ad-right">
				<section class="c4s-ad-work"></section>
				<section class="c4s-ad-time"></section>
				<section class="c4s-ad-book">
					<details><summary>${__("Pick-Up and Courtesy Car")}</summary>
						<div class="c4s-ad-fields">
							<label><input type="checkbox" class="c4s-ad-pick-up"> ${__("Fetch the Car")}</label>
							<input class="form-control c4s-ad-address" maxlength="280" placeholder="${__("Pick-Up Address")}" aria-label="${__("Pick-Up Address")}">
							<select class="form-control c4s-ad-driver" aria-label="${__("Pick-Up Driver")}"></select>
							<select class="form-control c4s-ad-courtesy" aria-label="${__("Courtesy Car")}"></select>
						</div></details>
					<div class="c4s-ad-line"><div class="c4s-ad-summary" aria-live="polite"></div>
						<button class="btn btn-primary c4s-ad-do">${__("Book")}</button></div>
					<div class="text-muted c4s-ad-keys">${__("Enter goes on, space ticks, Ctrl+Enter books, Esc starts again.")}</div>
				</section>
			</div>`);
		this.caller = new Caller(this, this.$main.find(".c4s-ad-caller"));
		this.work = new Work(this, this.$main.find("section.c4s-ad-work"));
		this.time = new Time(this, this.$main.find("section.c4s-ad-time"));
		this.$book = this.$main.find(".c4s-ad-do").on("click", () => this.book());
		this.$main.on("keydown", (event) => this.on_key(event));
		this.$main.on("input", ".c4s-ad-plate, .c4s-ad-named", () => this.draw_summary());
		this.clear();
		this.load_cars();
	}

	change_store(name) {
		this.dealership = name;
		this.start_again();
		this.load_cars();
	}

	async show() {
		await this.ready;
		// On a phone the keyboard would hide what is below.
		if (this.caller && window.innerWidth > 768) this.caller.focus();
	}

	clear() {
		this.work.clear();
		this.caller.clear();
		this.time.clear();
		this.$main.find(".c4s-ad-address").val("");
		this.$main.find(".c4s-ad-pick-up").prop("checked", false);
		this.$main.find(".c4s-ad-driver, .c4s-ad-courtesy").val("");
		this.draw_summary();
	}

	start_again() {
		if (!this.caller) return;
		this.$main.find(".c4s-ad-done").empty();
		this.clear();
		this.caller.focus();
	}

	async load_cars() {
		const rows = await frappe.db.get_list("C4S Resource", {
			fields: ["name", "resource_name", "kind"],
			filters: { dealership: this.dealership, enabled: 1, kind: ["in", ["Courtesy Car", "Pick-Up Driver"]] },
			order_by: "resource_name",
			limit: 100,
		});
		const options = (kind, none) =>
			[`<option value="">${none}</option>`, ...rows.filter((row) => row.kind === kind).map((row) => `<option value="${safe(row.name)}">${safe(row.resource_name)}</option>`)].join("");
		this.$main.find(".c4s-ad-driver").html(options("Pick-Up Driver", __("No driver")));
		this.$main.find(".c4s-ad-courtesy").html(options("Courtesy Car", __("No courtesy car")));
	}

	// What follows from a choice

	car_chosen() {
		this.$main.find(".c4s-ad-done").empty();
		this.work.propose(this.caller.vehicle?.name).then(() => this.minutes_changed());
		this.draw_summary();
	}

	minutes_changed() {
		this.time.load_soon();
		this.draw_summary();
	}

	draw_summary() {
		if (!this.time) return;
		const { customer, vehicle } = this.caller;
		const car = vehicle?.plate_number || vehicle?.vin || this.$main.find(".c4s-ad-plate").val() || this.$main.find(".c4s-ad-named").val();
		const parts = [customer?.customer_name, customer && car, this.time.start && time_of(this.time.start), __("{0} min", [this.work.minutes()])];
		this.$main.find(".c4s-ad-summary").text(parts.filter(Boolean).join(" · "));
		this.$book?.prop("disabled", !(customer && car && this.time.start));
	}

	// Keys

	on_key(event) {
		if (event.key === "Escape") {
			// The desk would take the focus away.
			event.stopPropagation();
			this.start_again();
		} else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.book();
		} else if (event.key === "Enter" && event.target.matches("input")) {
			event.preventDefault();
			this.go_on($(event.target));
		}
	}

	go_on($from) {
		if ($from.is(".c4s-ad-who")) this.caller.enter();
		else if ($from.closest(".c4s-ad-new").length) this.caller.enter_caller();
		else if ($from.closest(".c4s-ad-caller").length) this.work.focus();
		else if ($from.is(".c4s-ad-more") && $from.val().trim()) this.work.add();
		else if ($from.closest("section.c4s-ad-work").length) this.time.focus();
		else if ($from.is("[name=c4s-ad-slot]")) this.$book.trigger("focus");
		else if ($from.closest("section.c4s-ad-time").length) this.time.focus_slot();
	}

	// Booking

	async book() {
		const caller = this.caller.values();
		if (this.busy || !caller || !this.time.start) return;
		this.busy = true;
		this.$book.prop("disabled", true);
		try {
			const answer = await this.run(() => crm4s.appointments.call("make", { values: this.values(caller), items: this.work.items() }));
			if (answer) this.booked(answer);
			// Somebody was faster: the times are read anew.
			else await this.time.load();
		} finally {
			this.busy = false;
			this.draw_summary();
		}
	}

	values(caller) {
		const pick_up = this.$main.find(".c4s-ad-pick-up").prop("checked");
		return {
			...caller,
			dealership: this.dealership,
			channel: "Phone",
			planned_from: this.time.start,
			concern: this.work.concern(),
			...(pick_up ? { pick_up: 1, pick_up_address: this.$main.find(".c4s-ad-address").val().trim(), driver: this.$main.find(".c4s-ad-driver").val() || null } : {}),
			courtesy_car: this.$main.find(".c4s-ad-courtesy").val() || null,
		};
	}

	booked(answer) {
		const who = this.caller.customer.customer_name;
		const facts = [who, time_of(answer.planned_from), answer.bay, answer.technician].filter(Boolean).map(safe).join(" · ");
		const missing = answer.missing.map(({ item_name, quantity }) => `${safe(item_name)} × ${quantity}`).join(", ");
		this.clear();
		this.$main.find(".c4s-ad-done").html(`<div class="c4s-ad-said">
			<span class="indicator-pill green">${__("Booked")}</span> <a href="/app/c4s-service-appointment/${encodeURIComponent(answer.name)}">${facts}</a>
			${missing ? `<div class="c4s-ad-missing">${__("Parts are missing: {0}. Tell the customer that it may take longer.", [missing])}</div>` : ""}</div>`);
		this.$main.find(".c4s-ad-done")[0].scrollIntoView({ block: "center" });
		if (window.innerWidth > 768) this.caller.focus();
	}

	// One call to the server; a refusal has been shown by the framework, the answer is null then.
	async run(call) {
		try {
			return await call();
		} catch (refusal) {
			if (refusal instanceof Error) throw refusal;
			return null;
		}
	}
}
