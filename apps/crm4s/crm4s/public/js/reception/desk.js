import { customer_card, consultant_card, group_card, last_visit_card, lead_card, new_card } from "./cards";
import { safe } from "./text";

const LOOK_UP_AFTER = 250;

// The bar in which the receptionist types, and what is known of the person.
export class ReceptionDesk {
	constructor(reception, $parent) {
		this.reception = reception;
		this.$parent = $parent;
		this.look_up_soon = frappe.utils.debounce(() => this.look_up(), LOOK_UP_AFTER);
		this.asked = 0;
		this.draw_once();
		this.clear();
	}

	draw_once() {
		const purposes = this.reception.choices.purposes;
		this.$parent.html(`
			<div class="c4s-bar">
				<input class="form-control c4s-who" autocomplete="off" inputmode="text" maxlength="40"
					aria-label="${__("Phone or Plate")}" placeholder="${__("Phone or plate of the visitor")}">
				<button class="btn btn-primary c4s-enter">${__("Receive", null, "Button of the Reception")}</button>
			</div>
			<div class="c4s-known" aria-live="polite"></div>
			<div class="c4s-said">
				<input class="form-control c4s-name" maxlength="140" autocomplete="off"
					aria-label="${__("Visitor Name")}" placeholder="${__("Visitor Name")}">
				<label class="c4s-party">${__("Party Size")}
					<input class="form-control" type="number" min="1" max="99" value="1">
				</label>
				<div class="c4s-purposes" role="radiogroup" aria-label="${__("Visit Purpose")}">
					${purposes.map((name) => `<button type="button" class="btn btn-xs c4s-chip" role="radio" aria-checked="false" data-purpose="${safe(name)}">${safe(__(name))}</button>`).join("")}
				</div>
			</div>`);
		this.$who = this.$parent.find(".c4s-who");
		this.$known = this.$parent.find(".c4s-known");
		this.$name = this.$parent.find(".c4s-name");
		this.$party = this.$parent.find(".c4s-party input");
		this.$who.on("input", () => {
			this.found = null;
			this.look_up_soon();
		});
		this.$name.on("input", () => this.$name.data("filled", false));
		this.$parent.on("keydown", "input", (event) => this.on_key(event));
		this.$parent.find(".c4s-enter").on("click", () => this.receive());
		this.$parent.on("click", ".c4s-chip", (event) => this.choose_purpose($(event.currentTarget)));
		this.$parent.on("click", "[data-customer]", (event) => this.choose_customer(event.currentTarget.dataset.customer));
		this.$parent.on("click", "[data-take-up]", (event) => this.take_up(event.currentTarget.dataset.takeUp));
	}

	draw() {
		this.$parent.toggle(this.reception.state.may_receive);
	}

	focus() {
		// On a phone the keyboard would hide the board.
		if (window.innerWidth > 768) this.$who.trigger("focus");
	}

	clear() {
		this.asked++;
		this.$who.val("");
		this.$name.val("").data("filled", false);
		this.$party.val(1);
		this.choose_purpose($());
		this.clear_known();
	}

	on_key(event) {
		if (event.key === "Enter") {
			event.preventDefault();
			this.receive({ and_hand_over: event.shiftKey });
		} else if (event.key === "Escape") {
			// The desk would take the focus away.
			event.stopPropagation();
			this.clear();
			this.$who.trigger("focus");
		}
	}

	choose_purpose($chip) {
		const is_chosen = $chip.hasClass("chosen");
		this.$parent.find(".c4s-chip").removeClass("chosen").attr("aria-checked", "false");
		if (!is_chosen) $chip.addClass("chosen").attr("aria-checked", "true");
	}

	async look_up() {
		const text = this.$who.val().trim();
		const question = ++this.asked;
		if (!is_complete(text)) {
			if (!text) this.clear_known();
			return;
		}
		const found = await crm4s.reception.call("look_up", { dealership: this.reception.dealership, text });
		// Somebody typed on while the answer was under way.
		if (question !== this.asked) return;
		this.found = found;
		this.customer = found.customers?.length === 1 ? found.customers[0].name : null;
		this.draw_known();
		this.fill_name();
	}

	clear_known() {
		this.found = this.customer = null;
		this.$known.html(`<span class="text-muted">${__("Enter receives; without a phone the visitor stays unknown.")}</span>`);
	}

	fill_name() {
		const file = this.found.customers?.find((row) => row.name === this.customer);
		const name = file?.customer_name || this.found.leads?.[0]?.lead_name;
		if (name && (!this.$name.val() || this.$name.data("filled"))) this.$name.val(name).data("filled", true);
	}

	draw_known() {
		const { kind, problem, customers, leads, last_visit, consultant, group, shown } = this.found;
		if (!kind) {
			this.$known.html(`<span class="text-warning">${problem}</span>`);
			return;
		}
		const parts = [
			...customers.map((row) => customer_card(row, row.name === this.customer, customers.length > 1)),
			...leads.slice(0, 1).map(lead_card),
			consultant && consultant_card(consultant),
			last_visit && last_visit_card(last_visit),
			...group.map(group_card),
		].filter(Boolean);
		if (!parts.length) parts.push(new_card(shown));
		this.$known.html(parts.join(""));
	}

	choose_customer(name) {
		this.customer = this.customer === name ? null : name;
		this.draw_known();
		this.fill_name();
	}

	take_up(customer) {
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Taking Up"), reqd: 1, default: __("Came to the showroom") },
			async ({ reason }) => {
				const dealership = this.reception.dealership;
				await this.reception.step(() =>
					frappe.xcall("crm4s.access.lookup.take_up_relationship", { customer, dealership, reason })
				);
				await this.look_up();
			},
			__("Take Up"),
			__("Take Up")
		);
	}

	async receive({ and_hand_over = false } = {}) {
		if (this.busy) return;
		this.busy = true;
		try {
			const text = this.$who.val().trim();
			// Who types fast and presses Enter need not wait for the pause in which the look-up would begin.
			if (text && !this.found) await this.look_up();
			if (text && !this.found?.kind && !(await confirm_unknown(this.found?.problem))) return;
			const visit = await this.reception.step(() => crm4s.reception.call("receive", this.values(text)));
			if (!visit) return;
			this.clear();
			this.focus();
			if (and_hand_over) await this.reception.step(() => crm4s.reception.hand_over(visit));
			else crm4s.reception.say(__("Received."));
		} finally {
			this.busy = false;
		}
	}

	values(text) {
		return {
			dealership: this.reception.dealership,
			phone: this.found?.kind === "phone" ? text : null,
			visitor_name: this.$name.val().trim() || null,
			party_size: cint(this.$party.val()) || 1,
			purpose: this.$parent.find(".c4s-chip.chosen").data("purpose") || null,
			customer: this.customer,
			lead: this.found?.leads?.[0]?.name || null,
		};
	}
}

// Whether a text may be a whole phone number or plate; what is shorter is not asked about.
function is_complete(text) {
	const digits = text.replace(/\D/g, "");
	if (/^[+\d\s()-]+$/.test(text)) return digits.length >= (text.startsWith("1") ? 11 : 10);
	return text.replace(/[\s·.-]/g, "").length >= 7;
}

function confirm_unknown(problem) {
	const question = [problem, __("Receive the visitor without a phone?")].filter(Boolean).join("<br>");
	return new Promise((resolve) => frappe.confirm(question, () => resolve(true), () => resolve(false)));
}
