// What is known of a visitor, a line each.

import { safe, state_pill } from "./text";

export function customer_card(row, is_chosen, may_choose) {
	const facts = [row.masked_phone, row.city, ...row.cars].filter(Boolean).map(safe).join(" · ");
	const open = `<a href="/app/c4s-customer/${encodeURIComponent(row.name)}" target="_blank">${__("File")}</a>`;
	const choice = may_choose
		? `<button class="btn btn-xs ${is_chosen ? "btn-primary" : "btn-default"}" data-customer="${safe(row.name)}">${is_chosen ? __("Chosen") : __("This One")}</button>`
		: "";
	return `<div class="c4s-fact ${is_chosen ? "chosen" : ""}"><span class="indicator-pill green">${__("Customer")}</span>
		<b>${safe(row.customer_name)}</b> <span class="text-muted">${facts}</span> ${open} ${choice}</div>`;
}

export function lead_card(row) {
	const grade = row.grade ? `<span class="c4s-grade">${safe(row.grade)}</span>` : "";
	const facts = [row.model_title, row.consultant_name].filter(Boolean).map(safe).join(" · ");
	return `<div class="c4s-fact"><span class="indicator-pill blue">${__("Open Lead")}</span> ${grade}
		<b>${safe(row.lead_name)}</b> <span class="text-muted">${facts}</span>
		<a href="/app/c4s-lead/${encodeURIComponent(row.name)}" target="_blank">${__("Lead")}</a></div>`;
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
