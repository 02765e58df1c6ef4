// What is known of a visitor, a line each.

import { safe, state_pill } from "./text";

// In a window of its own: what has been typed here stays.
const link = (route, name, title) =>
	`<a class="bold" href="/app/${route}/${encodeURIComponent(name)}" target="_blank">${safe(title)}</a>`;

export function customer_card(row, is_chosen, may_choose) {
	const facts = [row.masked_phone, row.city, ...row.cars].filter(Boolean).map(safe).join(" · ");
	const choice = may_choose
		? `<button class="btn btn-xs ${is_chosen ? "btn-primary" : "btn-default"}" data-customer="${safe(row.name)}">${is_chosen ? __("Chosen") : __("This One")}</button>`
		: "";
	return `<div class="c4s-fact ${is_chosen ? "chosen" : ""}"><span class="indicator-pill green">${__("Customer")}</span>
		${link("c4s-customer", row.name, row.customer_name)} <span class="text-muted">${facts}</span> ${choice}</div>`;
}

export function lead_card(row) {
	const grade = row.grade ? `<span class="c4s-grade">${safe(row.grade)}</span>` : "";
	const facts = [row.model_title, row.consultant_name].filter(Boolean).map(safe).join(" · ");
	return `<div class="c4s-fact"><span class="indicator-pill blue">${__("Open Lead")}</span> ${grade}
		${link("c4s-lead", row.name, row.lead_name)} <span class="text-muted">${facts}</span></div>`;
}

export function consultant_card({ full_name, state }) {
	return `<div class="c4s-fact">${__("Own consultant")}: <b>${safe(full_name)}</b> ${state_pill({ state })}</div>`;
}

export function last_visit_card({ arrived_on, model_title, purpose }) {
	const facts = [frappe.datetime.str_to_user(arrived_on.slice(0, 10)), purpose && __(purpose), model_title];
	return `<div class="c4s-fact text-muted">${__("Last visit")}: ${facts.filter(Boolean).map(safe).join(" · ")}</div>`;
}

export function group_card({ customer, name, phone, stores }) {
	const facts = [phone, ...stores].filter(Boolean).map(safe).join(" · ");
	return `<div class="c4s-fact"><span class="indicator-pill orange">${__("Known in the Group")}</span>
		<b>${safe(name)}</b> <span class="text-muted">${facts}</span>
		<button class="btn btn-xs btn-default" data-take-up="${safe(customer)}">${__("Take Up")}</button></div>`;
}

export function new_card(shown) {
	return `<div class="c4s-fact"><b>${safe(shown)}</b> ${__("is new here")}</div>`;
}
