import { appointment_card, car_choice, customer_card, group_card, new_caller, other_car, visit_line } from "./cards";
import { is_complete, safe } from "./text";

const LOOK_UP_AFTER = 250;

// Who calls, with which car: the bar in which one types, and what is known.
export class Caller {
	constructor(desk, $parent) {
		this.desk = desk;
		this.$parent = $parent;
		this.asked = 0;
		this.look_up_soon = frappe.utils.debounce(() => this.look_up_typed(), LOOK_UP_AFTER);
		$parent.html(`<h2>${__("Caller")}</h2>
			<input class="form-control c4s-ad-who" autocomplete="off" maxlength="40" aria-label="${__("Phone, plate, VIN or name")}"
				placeholder="${__("Phone, plate, VIN or name")}">
			<div class="c4s-ad-done" role="status"></div>
			<div class="c4s-ad-known" aria-live="polite"></div>`);
		this.$who = $parent.find(".c4s-ad-who");
		this.$known = $parent.find(".c4s-ad-known");
		this.$who.on("input", () => {
			this.found = this.looked_for = null;
			this.look_up_soon();
		});
		$parent.on("click", "[data-customer]", (event) => this.choose_customer(event.currentTarget.dataset.customer));
		$parent.on("change", "[name=c4s-ad-car]", () => this.car_changed());
		$parent.on("input", ".c4s-ad-plate, .c4s-ad-named", () => this.choose_other_car());
		$parent.on("click", "[data-take-up]", (event) => this.take_up(event.currentTarget.dataset.takeUp));
		$parent.on("click", "[data-enter]", () => this.enter_caller());
		$parent.on("click", "[data-step]", (event) => this.step(event.currentTarget.dataset));
	}

	text() {
		return this.$who.val().trim();
	}

	focus() {
		this.$who.trigger("focus").trigger("select");
	}

	clear() {
		this.asked++;
		this.$who.val("");
		this.found = this.customer = this.vehicle = null;
		this.$known.html(`<p class="text-muted">${__("Type the caller's phone; plate, VIN or the beginning of the name will do as well.")}</p>`);
	}

	// Enter in the bar: look up at once, and go on to what was found.
	async enter() {
		if (!this.text()) return;
		if (!this.found) await this.look_up();
		this.$parent.find(".c4s-ad-new-name, [name=c4s-ad-car]:checked, [data-customer]").first().trigger("focus");
	}

	// Enter may have asked for the same already, and then the focus is further on.
	look_up_typed() {
		if (this.text() !== this.looked_for && is_complete(this.text())) this.look_up();
	}

	async look_up() {
		const question = ++this.asked;
		this.looked_for = this.text();
		const found = await crm4s.appointments.call("caller", { dealership: this.desk.dealership, text: this.text() });
		// Somebody typed on while the answer was under way.
		if (question !== this.asked) return;
		this.found = found;
		this.choose_customer(found.customers[0]?.name);
	}

	choose_customer(name) {
		this.customer = this.found.customers.find((row) => row.name === name) || null;
		this.vehicle = this.customer?.cars[0] || null;
		this.draw();
		this.desk.car_chosen();
	}

	draw() {
		const { customers, group, problem, shown, kind } = this.found;
		const several = customers.length > 1;
		const parts = customers.map((row) => customer_card(row, row === this.customer, several));
		if (this.customer) {
			const { cars, appointments, visits } = this.customer;
			parts.push(...appointments.map((row) => appointment_card(row, this.desk.choices.may_receive)));
			parts.push(
				`<div role="radiogroup" aria-label="${__("Vehicle")}">${cars.map((car) => car_choice(car, car === this.vehicle)).join("")}${other_car(!this.vehicle, this.plate_typed())}</div>`
			);
			if (visits.length) parts.push(`<h3>${__("Last Visits")}</h3>`, ...visits.map(visit_line));
		} else {
			if (problem) parts.push(`<p class="text-warning">${problem}</p>`);
			parts.push(...group.map(group_card));
			if (!group.length) parts.push(this.desk.choices.may_enter_customers ? new_caller(shown, kind === "phone") : `<p>${__("Nobody is known by this.")}</p>`);
		}
		this.$known.html(parts.join(""));
	}

	// Who asked by a plate that nobody knows need not type it again.
	plate_typed() {
		return this.new_plate || (this.found.kind === "plate" && !this.found.chosen ? this.text() : "");
	}

	car_changed() {
		const name = this.$parent.find("[name=c4s-ad-car]:checked").val();
		this.vehicle = this.customer.cars.find((car) => car.name === name) || null;
		this.desk.car_chosen();
		if (!this.vehicle) this.$parent.find(".c4s-ad-plate").trigger("focus");
	}

	choose_other_car() {
		const $other = this.$parent.find("[name=c4s-ad-car][value='']");
		if ($other.prop("checked")) return;
		$other.prop("checked", true);
		this.vehicle = null;
		this.desk.car_chosen();
	}

	// What an appointment says of the caller and the car.
	values() {
		if (!this.customer) return null;
		const phone = this.found.kind === "phone" ? { contact_phone: this.found.phone } : {};
		const car = this.vehicle
			? { vehicle: this.vehicle.name }
			: {
					plate_number: this.$parent.find(".c4s-ad-plate").val().trim() || null,
					car_description: this.$parent.find(".c4s-ad-named").val().trim() || null,
			  };
		return { customer: this.customer.name, ...phone, ...car };
	}

	async enter_caller() {
		const value = (name) => this.$parent.find(`.c4s-ad-new-${name}`).val()?.trim() || null;
		const phone = this.found.kind === "phone" ? this.found.phone : value("phone");
		if (!value("name") || !phone) {
			frappe.show_alert({ message: __("Enter name and phone of the caller."), indicator: "orange" });
			return;
		}
		this.new_plate = value("plate");
		const entered = await this.desk.run(() =>
			crm4s.appointments.call("enter_caller", { dealership: this.desk.dealership, customer_name: value("name"), phone, plate_number: this.new_plate })
		);
		if (!entered) return;
		frappe.show_alert({ message: entered.sentence, indicator: "green" });
		this.$who.val(phone);
		await this.look_up();
		this.new_plate = null;
		this.$parent.find("[name=c4s-ad-car]:checked").trigger("focus");
	}

	take_up(customer) {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Taking Up"), reqd: 1, default: __("Called for an appointment") },
			async ({ reason }) => {
				const dealership = this.desk.dealership;
				await this.desk.run(() => frappe.xcall("crm4s.access.lookup.take_up_relationship", { customer, dealership, reason }));
				await this.look_up();
			},
			__("Take Up"),
			__("Take Up")
		);
	}

	step({ step, name }) {
		const row = this.customer.appointments.find((one) => one.name === name);
		return { move: () => this.move(row), cancel: () => this.cancel(row), arrive: () => this.arrive(row) }[step]();
	}

	move(row) {
		crm4s.appointments.choose_slot({
			dealership: row.dealership,
			kind: "Workshop",
			minutes: moment(row.planned_to).diff(moment(row.planned_from), "minutes"),
			day: row.planned_from.slice(0, 10),
			appointment: row.name,
			take: async (start) => {
				if (await this.desk.run(() => crm4s.appointments.call("move", { name: row.name, planned_from: start }))) {
					frappe.show_alert({ message: __("Booked for {0}.", [safe(frappe.datetime.str_to_user(start))]), indicator: "green" });
				}
				await this.look_up();
			},
		});
	}

	cancel(row) {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Cancellation"), reqd: 1 },
			async ({ reason }) => {
				await this.desk.run(() => crm4s.appointments.call("cancel", { name: row.name, reason }));
				await this.look_up();
			},
			__("Cancel Appointment"),
			__("Cancel Appointment")
		);
	}

	async arrive(row) {
		if (!row.vehicle && !(await crm4s.appointments.ask_car(row.name, row.plate_number))) return;
		const visit = await this.desk.run(() => crm4s.appointments.call("arrive", { name: row.name }));
		if (visit) frappe.set_route("Form", "C4S Service Visit", visit);
	}
}
