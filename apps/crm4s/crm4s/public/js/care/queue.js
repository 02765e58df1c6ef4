import { safe } from "../text";
import { ask_booking } from "./booking";

const call = (method, values) => frappe.xcall(`crm4s.care.api.${method}`, values);
const day_of = (day) => frappe.datetime.str_to_user(day);

// The customers to be called: one card each, with everything that is due for him or her, and one tap for what came of it.
export class CareQueue {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Care Queue"), single_column: true });
		this.scope = "mine";
		this.notes = {};
		this.page.add_menu_item(__("All Care Tasks"), () => frappe.set_route("List", "C4S Care Task", "List"));
		this.page.set_secondary_action(__("Refresh"), () => this.renew());
		this.$main = $(`<div class="c4s-care">
			<div class="btn-group c4s-care-scope" role="group">
				<button class="btn btn-default btn-sm" data-scope="mine">${__("My Customers")}</button>
				<button class="btn btn-default btn-sm" data-scope="team">${__("Whole Store")}</button>
			</div>
			<div class="c4s-care-list" aria-live="polite"></div></div>`).appendTo(this.page.main);
		this.$list = this.$main.find(".c4s-care-list");
		this.$main.on("click", "[data-scope]", (event) => this.change_scope(event.currentTarget.dataset.scope));
		this.$main.on("click", "[data-act]", (event) => this.on_click(event));
		this.$main.on("input", ".c4s-care-note", ({ target }) => {
			this.notes[target.dataset.customer] = target.value;
		});
	}

	async show() {
		await this.renew();
	}

	change_scope(scope) {
		this.scope = scope;
		return this.renew();
	}

	async renew() {
		const asked = { scope: this.scope, ...(this.dealership ? { dealership: this.dealership } : {}) };
		this.state = await call("get_queue", asked);
		this.dealership = this.state.dealership;
		this.contacts = Object.fromEntries(this.state.contacts.map((contact) => [contact.customer, contact]));
		if (!this.store_field && this.dealership) {
			this.store_field = crm4s.pages.add_store_field(this.page, this.state.stores, this.dealership, (name) => {
				this.dealership = name;
				this.renew();
			});
		}
		this.draw();
	}

	draw() {
		for (const button of this.$main.find("[data-scope]")) {
			const chosen = button.dataset.scope === this.scope;
			button.classList.toggle("active", chosen);
			button.setAttribute("aria-pressed", chosen);
		}
		if (!this.dealership) return this.$list.html(crm4s.pages.no_store());
		const { contacts, more } = this.state;
		const cards = contacts.map((contact) => this.card(contact)).join("");
		const rest = more ? `<div class="c4s-empty">${__("There are more; these come first.")}</div>` : "";
		this.$list.html(cards + rest || `<div class="c4s-empty">${__("Nobody has to be called right now.")}</div>`);
	}

	card(contact) {
		const { customer, customer_name, phone, masked_phone, attempts, waits, next_call_on, is_late } = contact;
		const number = phone ? `<a class="c4s-care-phone" href="tel:${safe(phone)}">${safe(phone)}</a>` : `<span class="text-muted">${safe(masked_phone)}</span>`;
		const said = [
			is_late && `<span class="indicator-pill red">${__("Overdue")}</span>`,
			waits && `<span class="indicator-pill blue">${__("Call at {0}", [safe(frappe.datetime.str_to_user(next_call_on))])}</span>`,
			attempts && `<span class="text-muted">${__("{0} attempts", [attempts])}</span>`,
		];
		return `<article class="c4s-care-card" data-customer="${safe(customer)}" ${waits ? "data-waits" : ""}>
			<header><a class="c4s-care-name" href="/app/c4s-customer/${encodeURIComponent(customer)}">${safe(customer_name)}</a> ${number}
				<span class="c4s-care-said">${said.filter(Boolean).join(" ")}</span></header>
			<ul>${contact.tasks.map((task) => this.task(task)).join("")}</ul>
			${this.scripts(contact)}
			${this.state.may_write ? this.buttons(contact) : ""}</article>`;
	}

	task({ name, why, plate_number, due_on, assigned_to }) {
		const whose = assigned_to && assigned_to !== frappe.session.user ? ` · ${safe(frappe.user.full_name(assigned_to))}` : "";
		const plate = plate_number ? `<b class="c4s-plate">${safe(plate_number)}</b> ` : "";
		return `<li>${plate}<a href="/app/c4s-care-task/${encodeURIComponent(name)}">${safe(why)}</a>
			<span class="text-muted">${safe(day_of(due_on))}${whose}</span></li>`;
	}

	scripts({ tasks }) {
		const texts = [...new Set(tasks.map(({ script }) => script).filter(Boolean))];
		if (!texts.length) return "";
		const paragraphs = texts.map((text) => `<p>${safe(text).replaceAll("\n", "<br>")}</p>`).join("");
		return `<details><summary>${__("Call Script")}</summary>${paragraphs}</details>`;
	}

	buttons({ customer, tasks }) {
		const button = (act, label, look = "btn-default") => `<button class="btn btn-sm ${look}" data-act="${act}">${label}</button>`;
		return `<input class="form-control input-sm c4s-care-note" data-customer="${safe(customer)}" maxlength="500"
				value="${safe(this.notes[customer])}" placeholder="${__("What the Customer Said")}" aria-label="${__("What the Customer Said")}">
			<div class="c4s-care-buttons">
				${tasks.some(({ invitation }) => invitation) ? button("ask", __("Ask the Questions"), "btn-primary") : ""}
				${button("booked", __("Booked"), "btn-primary")}${button("reached", __("Reached"), "btn-success")}${button("later", __("Call Later"))}
				${button("no_answer", __("No Answer"))}${button("refused", __("Refused"))}${button("wrong_number", __("Wrong Number"))}
				${button("cancel", __("Not Needed"))}${this.scope === "team" ? button("take", __("Take Over")) : ""}</div>`;
	}

	async on_click(event) {
		const button = event.currentTarget;
		const contact = this.contacts[button.closest("[data-customer]").dataset.customer];
		button.disabled = true;
		await crm4s.pages.step(() => this[button.dataset.act](contact), () => this.renew());
	}

	async record(contact, outcome, more = {}) {
		const names = contact.tasks.map(({ name }) => name);
		const note = this.notes[contact.customer] || null;
		await call("record", { names, outcome, note, ...more });
		delete this.notes[contact.customer];
		frappe.show_alert({ message: `${safe(contact.customer_name)}: ${__(outcome)}`, indicator: "green" });
	}

	// The answers close the call.
	ask(contact) {
		const { invitation } = contact.tasks.find((task) => task.invitation);
		crm4s.surveys.show_phone(contact.customer_name, `/survey?ask=${encodeURIComponent(invitation)}`, () => this.renew());
	}

	reached(contact) {
		return this.record(contact, "Reached");
	}

	no_answer(contact) {
		return this.record(contact, "No Answer");
	}

	refused(contact) {
		return this.record(contact, "Refused");
	}

	wrong_number(contact) {
		return this.record(contact, "Wrong Number");
	}

	async later(contact) {
		const fields = [{ fieldname: "next_call_on", fieldtype: "Datetime", label: __("Next Call On"), reqd: 1 }];
		const answer = await crm4s.forms.answer_to(__("Call Later"), fields, __("Save"));
		if (answer) await this.record(contact, "Call Later", answer);
	}

	async booked(contact) {
		const booked = await ask_booking(contact, this.dealership);
		if (booked) await this.record(contact, "Booked", booked.name ? { booked: booked.name } : {});
	}

	async cancel(contact) {
		const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
		const answer = await crm4s.forms.answer_to(__("Not Needed"), fields, __("Save"));
		if (answer) await call("cancel", { names: contact.tasks.map(({ name }) => name), reason: answer.reason });
	}

	take(contact) {
		return call("take", { names: contact.tasks.map(({ name }) => name) });
	}
}
