import { moment_of, safe } from "../text";
import { file_card, group_card, new_customer, row_line } from "./cards";

const call = (method, values) => frappe.xcall(`crm4s.interactions.api.${method}`, values);
const LOOK_UP_AFTER = 250;
const NOTE_AFTER = 1200;
const NOTE_KEY = "c4s_call_note:";
const WORDS = ["said", "category"];
const RENEWED_EVERY = 60_000;
// What is made at one click, with the category kind that the contact then is of.
const MAKE = {
	appointment: ["C4S Service Appointment", "Appointment"],
	rescue: ["C4S Dispatch Order", "Rescue"],
	complaint: ["C4S Complaint", "Complaint"],
	lead: ["C4S Lead", "Enquiry"],
};

// The screen of whoever takes calls: number → customer, what is open, one click to what comes of it; the call in hand survives a reload.
export class InteractionCentre {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Interaction Centre"), single_column: true });
		this.$main = $("<div class='c4s-ic'>").appendTo(this.page.main);
		this.page.add_menu_item(__("All Interactions"), () => frappe.set_route("List", "C4S Interaction", "List"));
		this.page.add_menu_item(__("Figures of the Centre"), () => frappe.set_route("query-report", "C4S Interaction Centre"));
		this.page.set_secondary_action(__("Next Caller"), () => this.start_again());
		this.asked = this.turn = 0;
		this.bind(null);
		this.ready = this.start();
	}

	async start() {
		this.choices = await call("get_choices");
		const { stores } = this.choices;
		if (!stores.length) return this.$main.html(crm4s.pages.no_store());
		this.dealership = stores[0].name;
		crm4s.pages.add_store_field(this.page, stores, this.dealership, (name) => {
			this.dealership = name;
			if (!this.bound) this.clear();
			this.renew();
		});
		this.$main.html(this.frame());
		for (const name of ["who", "known", "call", "note", "make", "mine", "queue", "today", "category"]) this[`$${name}`] = this.$main.find(`.c4s-ic-${name}`);
		this.listen();
		this.clear();
	}

	frame() {
		const departments = this.choices.departments.map((role) => `<option value="${safe(role)}">${safe(__(role))}</option>`).join("");
		const list = (name, title, more = "") => `<section class="c4s-ic-list"><h2>${title} <span class="c4s-ic-count" data-count="${name}"></span></h2>${more}<ul class="c4s-ic-${name}"></ul></section>`;
		return `<div class="c4s-ic-left">
				<input class="form-control c4s-ic-who" autocomplete="off" maxlength="40" inputmode="search"
					placeholder="${__("Phone, plate, VIN or name")}" aria-label="${__("Phone, plate, VIN or name")}">
				<div class="c4s-ic-known" aria-live="polite"></div>
			</div>
			<div class="c4s-ic-middle">
				<section class="c4s-ic-call" aria-live="polite"></section>
				<div class="c4s-ic-make">${this.make_buttons()}</div>
				<select class="form-control c4s-ic-category" aria-label="${__("Category")}">${this.category_options()}</select>
				<textarea class="form-control c4s-ic-note" rows="5" maxlength="4000" placeholder="${__("What the Customer Said")}" aria-label="${__("What the Customer Said")}"></textarea>
				<div class="c4s-ic-finish">
					<button class="btn btn-success" data-finish="resolved">${__("Settled on the Call")}</button>
					<button class="btn btn-default" data-finish="routed">${__("Hand to Department")}</button>
				</div>
				<p class="text-muted c4s-ic-keys">${__("Ctrl+Enter: settled, Ctrl+Shift+Enter: to the department, Esc: next caller.")}</p>
			</div>
			<div class="c4s-ic-right">
				${list("mine", __("Mine to Answer"))}
				${list("queue", __("Queue"), `<select class="form-control input-xs c4s-ic-department" aria-label="${__("Department")}"><option value="">${__("All Departments")}</option>${departments}</select>`)}
				${list("today", __("My Calls Today"))}
			</div>`;
	}

	make_buttons() {
		const may = (name) => this.choices.may_make.includes(MAKE[name][0]);
		const button = (name, label) => `<button class="btn btn-default" data-make="${name}">${label}</button>`;
		const classify = (kind, label) => `<button class="btn btn-default" data-kind="${kind}">${label}</button>`;
		return [
			may("appointment") && button("appointment", __("Appointment")),
			may("rescue") && button("rescue", __("Rescue")),
			may("complaint") && button("complaint", __("Complaint")),
			classify("Enquiry", __("Enquiry")),
			classify("Suggestion", __("Suggestion")),
			may("lead") && button("lead", __("Lead")),
		].filter(Boolean).join("");
	}

	category_options() {
		const groups = {};
		for (const row of this.choices.categories) (groups[row.parent_category || ""] ||= []).push(row);
		const option = ({ name, kind }) => `<option value="${safe(name)}" data-kind="${safe(kind)}">${safe(__(name))}</option>`;
		const parts = Object.entries(groups).map(([group, rows]) => (group ? `<optgroup label="${safe(__(group))}">${rows.map(option).join("")}</optgroup>` : rows.map(option).join("")));
		return `<option value="">${__("What It Is About")}</option>${parts.join("")}`;
	}

	listen() {
		this.look_up_soon = frappe.utils.debounce(() => this.look_up_typed(), LOOK_UP_AFTER);
		this.note_soon = frappe.utils.debounce(() => this.keep_note(), NOTE_AFTER);
		this.$who.on("input", () => {
			this.found = this.looked_for = this.customer = this.vehicle = null;
			this.by_hand = true;
			this.look_up_soon();
		});
		this.$note.on("input", () => {
			// What the server has not yet is in this tab, in case the page is loaded anew within the second.
			if (this.bound) sessionStorage.setItem(NOTE_KEY + this.bound, this.$note.val());
			this.note_soon();
		});
		this.$category.on("change", () => this.note_soon());
		this.$main.on("click", "[data-choose]", (event) => this.choose(event.currentTarget.dataset.choose));
		this.$main.on("change", "[name=c4s-ic-car]", (event) => this.choose_car(event.target.value));
		this.$main.on("click", "[data-take-up]", (event) => this.take_up(event.currentTarget.dataset.takeUp));
		this.$main.on("click", "[data-enter]", () => this.enter_customer());
		this.$main.on("click", "[data-make]", (event) => this.make(event.currentTarget.dataset.make));
		this.$main.on("click", "[data-kind]:not(option)", (event) => this.classify(event.currentTarget.dataset.kind));
		this.$main.on("click", "[data-begin]", (event) => this.begin(event.currentTarget.dataset.begin));
		this.$main.on("click", "[data-finish]", (event) => this.finish(event.currentTarget.dataset.finish === "resolved"));
		this.$main.on("click", "[data-take]", (event) => crm4s.pages.step(() => call("take", { name: event.currentTarget.dataset.take }), () => this.renew()));
		this.$main.on("change", ".c4s-ic-department", () => this.renew());
		this.$main.on("keydown", (event) => this.on_key(event));
		// Somebody calls: the exchange told the server, the server told this agent only.
		frappe.realtime.on("c4s_call", (event) => this.on_event(event));
		setInterval(() => this.tick(), 1000);
		setInterval(() => this.is_shown() && this.renew(), RENEWED_EVERY);
	}

	is_shown() {
		return this.$main.is(":visible");
	}

	async show() {
		await this.ready;
		if (!this.$who) return;
		await this.renew();
		const asked = frappe.route_options?.call_text;
		if (asked) {
			frappe.route_options = null;
			if (!this.is_writing()) await this.look_up(asked);
		} else if (this.bound && !this.found && !this.$who.val()) {
			await this.look_up_caller(this.in_hand);
		}
		if (window.innerWidth > 768) (this.in_hand ? this.$note : this.$who).trigger("focus");
	}

	clear() {
		this.asked++;
		this.found = this.looked_for = this.customer = this.vehicle = null;
		this.by_hand = false;
		this.$who.val("");
		this.$note.val("");
		this.$category.val("");
		this.$known.html(`<p class="text-muted">${__("Type the caller's phone; plate, VIN or the beginning of the name will do as well.")}</p>`);
	}

	start_again() {
		if (!this.$who) return;
		if (this.bound) return frappe.show_alert({ message: __("Finish the call in hand first: settled, or to the department."), indicator: "orange" });
		this.clear();
		this.$who.trigger("focus");
	}

	// The call in hand

	async renew() {
		const asked = { dealership: this.dealership, department: this.$main.find(".c4s-ic-department").val() || null };
		const turn = ++this.turn;
		const state = await call("get_state", asked);
		// A call began or ended meanwhile, or somebody asked later: this answer is old.
		if (turn !== this.turn) return;
		this.state = { ...state, read_at: performance.now() };
		this.in_hand = state.call;
		const lines = { mine: state.mine, queue: state.queue, today: state.today };
		for (const [name, rows] of Object.entries(lines)) {
			this[`$${name}`].html(rows.map((row) => row_line(row, name === "queue" && this.choices.may_take_calls)).join("") || `<li class="text-muted">${__("Nothing here.")}</li>`);
			this.$main.find(`[data-count=${name}]`).text(rows.length || "");
		}
		await this.change_call(state.call);
		this.draw_call();
	}

	// The boxes belong to this call from now on, of which the server has these values.
	bind(name, kept = {}) {
		this.turn++;
		this.bound = name;
		this.kept = { ...kept };
	}

	// Another call is in hand than the boxes belong to: what is written is kept there first.
	async change_call(call) {
		if ((call?.name || null) === this.bound) return;
		const before = this.bound ? {} : { said: this.$note.val().trim(), category: this.$category.val() };
		const is_caller = !this.bound && !!call && this.is_caller_of(call);
		const goes_on = is_caller || !this.found;
		this.keep_note();
		this.bind(call?.name || null, call || {});
		if (!is_caller) this.clear();
		if (!call) return;
		this.$note.val(this.unsent_note() ?? (call.said || (goes_on && before.said) || ""));
		this.$category.val(call.category || (goes_on && before.category) || "");
		if (before.said && !goes_on) frappe.show_alert({ message: __("Typed before this call: {0}", [safe(before.said)]), indicator: "orange" }, 60);
		if (is_caller) return this.draw_known();
		await this.look_up_caller(call);
	}

	is_caller_of({ contact_phone, customer }) {
		return (!!contact_phone && this.found?.phone === contact_phone) || (!!customer && this.customer?.name === customer);
	}

	is_writing() {
		return !!(this.bound || this.$note.val().trim());
	}

	draw_call() {
		const taking = this.choices.may_take_calls;
		this.$main.find(".c4s-ic-middle").toggleClass("has-call", !!this.in_hand);
		if (!this.in_hand) {
			const text = this.customer || this.found ? __("Nobody is on the line yet.") : __("No call in hand.");
			this.$call.html(`<p class="text-muted">${text}</p>${taking ? `<button class="btn btn-primary" data-begin="Inbound">${__("Call Begins")}</button>
				<button class="btn btn-default" data-begin="Outbound">${__("We Call")}</button>` : ""}`);
			return;
		}
		const { name, customer_name, contact_name, contact_phone, masked_phone, reference_doctype, reference_name } = this.in_hand;
		const who = this.customer?.customer_name || customer_name || contact_name || contact_phone || masked_phone || __("Unknown caller");
		const outcome = reference_name ? ` · <a href="/app/${frappe.router.slug(reference_doctype)}/${encodeURIComponent(reference_name)}">${safe(__(reference_doctype))} ${safe(reference_name)}</a>` : "";
		const { kept } = this;
		const is_other = taking && this.by_hand && this.found && (kept.contact_phone || kept.customer) && !this.is_caller_of(kept);
		const next = is_other ? `<div><span class="text-muted">${__("Another caller: the call in hand is finished first.")}</span> <button class="btn btn-default btn-xs" data-begin="Inbound">${__("Call Begins")}</button></div>` : "";
		this.$call.html(`<div class="c4s-ic-timer" role="timer"></div><div><b>${safe(who)}</b><br><a class="text-muted" href="/app/c4s-interaction/${encodeURIComponent(name)}">${safe(name)}</a>${outcome}</div>${next}`);
		this.tick();
	}

	tick() {
		if (!this.in_hand || !this.state) return;
		const { started_on, line_ended_on } = this.in_hand;
		const lasted = line_ended_on
			? moment_of(line_ended_on).diff(moment_of(started_on))
			: moment_of(this.state.now).diff(moment_of(started_on)) + performance.now() - this.state.read_at;
		const seconds = Math.max(0, Math.floor(lasted / 1000));
		const two = (number) => String(number).padStart(2, "0");
		this.$call.find(".c4s-ic-timer").text(`${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`);
	}

	async look_up_caller({ contact_phone, customer, customer_name, vehicle }) {
		const text = contact_phone || customer_name;
		if (text) await this.look_up(text, { customer, vehicle });
	}

	unsent_note() {
		return this.bound ? sessionStorage.getItem(NOTE_KEY + this.bound) : null;
	}

	// What the boxes say; whom nobody looked for anew is not taken away.
	values() {
		const { found, customer, vehicle, by_hand, kept } = this;
		const is_anew = by_hand && !!found;
		return {
			...(found?.phone && (by_hand || !kept.contact_phone) ? { contact_phone: found.phone } : {}),
			...(customer || is_anew ? { customer: customer?.name || null } : {}),
			...(vehicle || is_anew ? { vehicle: vehicle?.name || null } : {}),
			category: this.$category.val() || null,
			said: this.$note.val().trim() || null,
		};
	}

	changed() {
		return Object.fromEntries(Object.entries(this.values()).filter(([field, value]) => (value || "") !== (this.kept[field] || "").trim()));
	}

	async begin(direction) {
		// What is written belongs to the call before, who was looked up since to this one.
		const is_next = !!this.bound;
		if (is_next) await this.keep_note(WORDS);
		const values = this.values();
		if (is_next) for (const field of WORDS) delete values[field];
		const start = async () => {
			const begun = await call("begin", { values: { ...values, dealership: this.dealership }, direction });
			this.bind(begun, values);
			if (is_next) for (const $box of [this.$note, this.$category]) $box.val("");
			return begun;
		};
		const name = await crm4s.pages.step(start, () => this.renew());
		if (name && direction === "Outbound" && this.choices.may_dial) {
			const number = this.found?.kind === "phone" ? this.found.phone : null;
			await this.run(() => frappe.xcall("crm4s.interactions.outbound.dial", number ? { number } : { customer: this.customer?.name }));
		}
		this.$note.trigger("focus");
	}

	// What happens without a call in hand begins one: whoever clicks is talking to somebody.
	async ensure_call() {
		if (!this.bound) await this.begin("Inbound");
		return this.bound;
	}

	// To the call that the boxes belong to at this moment, whichever is in hand when the answer comes.
	async keep_note(fields = null) {
		const { bound, kept } = this;
		if (!bound) return;
		const values = Object.fromEntries(Object.entries(this.changed()).filter(([field]) => !fields || fields.includes(field)));
		if (Object.keys(values).length) {
			const is_kept = await this.run(async () => {
				await call("note", { name: bound, values });
				return true;
			});
			if (!is_kept) return;
			Object.assign(kept, values);
		}
		if ((sessionStorage.getItem(NOTE_KEY + bound) || "").trim() === (kept.said || "").trim()) sessionStorage.removeItem(NOTE_KEY + bound);
	}

	async finish(resolved) {
		if (this.busy) return;
		this.busy = true;
		try {
			const name = await this.ensure_call();
			if (!name) return;
			const status = await this.run(() => call("finish", { name, values: this.changed(), resolved: resolved ? 1 : 0 }));
			if (!status) return;
			frappe.show_alert({ message: status === "Closed" ? __("Noted as settled.") : __("Handed on."), indicator: "green" });
			sessionStorage.removeItem(NOTE_KEY + name);
			if (this.bound !== name) return;
			this.in_hand = null;
			this.bind(null);
			this.clear();
		} finally {
			this.busy = false;
			await this.renew();
		}
		if (window.innerWidth > 768) this.$who.trigger("focus");
	}

	async make(name) {
		const [doctype, kind] = MAKE[name];
		const call_name = await this.ensure_call();
		if (!call_name) return;
		this.pick_kind(kind);
		const contact = {
			customer: this.customer?.name,
			vehicle: this.vehicle?.name,
			dealership: this.dealership,
			channel: "Phone",
			said: this.$note.val().trim(),
			phone: this.found?.kind === "phone" ? this.found.phone : null,
			name: this.customer?.customer_name,
		};
		await this.keep_note();
		await crm4s.interactions.make(doctype, call_name, contact);
	}

	async classify(kind) {
		if (!(await this.ensure_call())) return;
		this.pick_kind(kind);
		await this.keep_note();
		this.$note.trigger("focus");
	}

	pick_kind(kind) {
		const chosen = this.$category.find(":selected").attr("data-kind");
		if (chosen === kind) return;
		const first = this.choices.categories.find((row) => row.kind === kind);
		if (first) this.$category.val(first.name);
	}

	// Who calls

	look_up_typed() {
		const text = this.$who.val().trim();
		const is_long_enough = /^[+\d\s()-]+$/.test(text) ? text.replace(/\D/g, "").length >= 7 : text.length >= 2;
		if (text !== this.looked_for && is_long_enough) this.look_up(text);
	}

	async look_up(text, chosen = {}) {
		const question = ++this.asked;
		this.looked_for = text;
		this.$who.val(text);
		const found = await this.run(() => call("caller", { dealership: this.dealership, text }));
		// Somebody typed on while the answer was under way.
		if (!found || question !== this.asked) return;
		this.found = found;
		this.customer = found.customers.find(({ name }) => name === chosen.customer) || (found.customers.length === 1 ? found.customers[0] : null);
		this.vehicle = this.customer?.cars.find(({ name }) => name === (chosen.vehicle || found.chosen)) || (this.customer?.cars.length === 1 ? this.customer.cars[0] : null);
		this.draw_known();
	}

	draw_known() {
		const { customers, group, problem, shown, kind } = this.found;
		const several = customers.length > 1;
		const parts = customers.map((row) => file_card(row, row === this.customer, this.vehicle, several, this.in_hand?.name));
		if (several) parts.unshift(`<p>${__("Several customers share this; who is on the line?")}</p>`);
		if (!customers.length) {
			if (problem) parts.push(`<p class="text-warning">${safe(problem)}</p>`);
			parts.push(...group.map(group_card));
			if (!group.length) parts.push(this.choices.may_enter_customers ? new_customer(shown, kind === "phone") : `<p>${__("Nobody is known by this.")}</p>`);
		}
		this.$known.html(parts.join(""));
		this.draw_call();
	}

	choose(name) {
		if (!this.found) return;
		this.by_hand = true;
		this.customer = this.found.customers.find((row) => row.name === name) || null;
		this.vehicle = this.customer?.cars.length === 1 ? this.customer.cars[0] : null;
		this.draw_known();
		this.keep_note();
	}

	choose_car(name) {
		if (!this.customer) return;
		this.vehicle = this.customer?.cars.find((car) => car.name === name) || null;
		this.keep_note();
	}

	async enter_customer() {
		const value = (name) => this.$known.find(`.c4s-ic-new-${name}`).val()?.trim() || null;
		const phone = this.found.kind === "phone" ? this.found.phone : value("phone");
		if (!value("name") || !phone) return frappe.show_alert({ message: __("Enter name and phone of the caller."), indicator: "orange" });
		const { bound } = this;
		const entered = await this.run(() => frappe.xcall("crm4s.appointments.api.enter_caller", { dealership: this.dealership, customer_name: value("name"), phone }));
		if (!entered) return;
		frappe.show_alert({ message: entered.sentence, indicator: "green" });
		// Another call came meanwhile: its boxes are not this customer's.
		if (this.bound !== bound) return;
		await this.look_up(phone, { customer: entered.customer });
		await this.keep_note();
	}

	async take_up(customer) {
		const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Taking Up"), reqd: 1, default: __("Contacted our store") }];
		const { bound } = this;
		const answer = await crm4s.forms.answer_to(__("Take Up"), fields, __("Take Up"));
		if (!answer) return;
		await this.run(() => frappe.xcall("crm4s.access.lookup.take_up_relationship", { customer, dealership: this.dealership, reason: answer.reason }));
		if (this.bound === bound) await this.look_up(this.$who.val().trim(), { customer });
	}

	// From the exchange

	async on_event({ event, phone, title, direction, interaction }) {
		if (!this.is_shown()) return;
		await this.renew();
		if (event !== "ringing" && event !== "answered") return;
		if (this.bound !== interaction && this.is_writing()) {
			// Whoever still writes is not disturbed.
			if (event === "ringing" && direction !== "Outbound") frappe.show_alert({ message: __("{0} is calling.", [`<b>${safe(title || __("Unknown caller"))}</b>`]), indicator: "green" }, 30);
			return;
		}
		if (phone && this.looked_for !== phone && !(this.bound && this.found)) await this.look_up(phone);
		if (event === "answered") await this.keep_note();
	}

	// Keys

	on_key(event) {
		if (event.key === "Escape") {
			// The desk would take the focus away.
			event.stopPropagation();
			this.start_again();
		} else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.finish(!event.shiftKey);
		} else if (event.key === "Enter" && event.target === this.$who[0]) {
			event.preventDefault();
			this.look_up(this.$who.val().trim()).then(() => this.$main.find(".c4s-ic-new-name, [data-choose], [name=c4s-ic-car], .c4s-ic-note").first().trigger("focus"));
		} else if (event.key === "Enter" && event.target.matches(".c4s-ic-new input")) {
			event.preventDefault();
			this.enter_customer();
		}
	}

	// One call to the server; a refusal has been shown by the framework, the answer is null then.
	async run(ask) {
		return crm4s.pages.step(ask, () => {});
	}
}
