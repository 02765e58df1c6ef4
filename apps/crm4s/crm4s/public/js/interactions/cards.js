// What the interaction centre draws.
import { moment_of, safe } from "../text";

export const day_of = (text) => frappe.datetime.str_to_user(String(text).slice(0, 10));
const route_of = (doctype, name) => `/app/${frappe.router.slug(doctype)}/${encodeURIComponent(name)}`;
const pill = (colour, text) => `<span class="indicator-pill ${colour}">${safe(text)}</span>`;
const when = (text) => (text && text.length > 10 ? moment_of(text).format("MM-DD HH:mm") : text ? day_of(text) : "");

export const due_label = { next_service_on: () => __("Next Service On"), insurance_until: () => __("Insurance Until"), inspection_due_on: () => __("Inspection Due On") };

// One file: who it is, cars, what is due, what is open, what was said last.
// The call in hand is no matter of its own.
export function file_card(row, chosen, car, several, in_hand) {
	return `<article class="c4s-ic-file ${chosen ? "is-chosen" : ""}" data-customer="${safe(row.name)}">
		<header>${several ? `<button class="btn btn-xs ${chosen ? "btn-primary" : "btn-default"}" data-choose="${safe(row.name)}">${chosen ? __("On the Line") : __("It Is This One")}</button>` : ""}
			<a class="c4s-ic-name" href="${route_of("C4S Customer", row.name)}">${safe(row.customer_name)}</a>
			<span class="text-muted">${safe([row.masked_phone, row.city].filter(Boolean).join(" · "))}</span></header>
		${chosen || !several ? details(row, car, in_hand) : ""}</article>`;
}

function details(row, car, in_hand) {
	const others = ({ name }) => name !== in_hand;
	const cars = row.cars.map((one) => car_line(one, car?.name === one.name)).join("");
	const due = row.due.map(({ plate_number, field, on, is_late }) => `<li>${pill(is_late ? "red" : "orange", due_label[field]())} <b>${safe(plate_number)}</b> ${day_of(on)}</li>`).join("");
	const ahead = row.appointments.map((one) => `<li>${pill("blue", __("Appointment"))} <a href="${route_of("C4S Service Appointment", one.name)}">${when(one.planned_from)}</a> ${safe(one.plate_number)}</li>`).join("");
	const matters = row.matters.filter(others).map(matter_line).join("");
	const contacts = row.contacts.filter(others).map(contact_line).join("");
	return [
		cars && `<div role="radiogroup" aria-label="${__("Vehicle")}" class="c4s-ic-cars">${cars}</div>`,
		(due || ahead) && block(__("Due and Booked"), due + ahead),
		matters && block(__("Open Matters"), matters),
		contacts && block(__("Last Contacts"), contacts),
		row.visits.length && block(__("Last Visits"), row.visits.map(visit_line).join("")),
	].filter(Boolean).join("");
}

const block = (title, lines) => `<section><h3>${title}</h3><ul>${lines}</ul></section>`;

const facts_of_car = (car) => [car.model_title, car.odometer && `${car.odometer} km`].filter(Boolean).join(" · ");

const car_line = (car, chosen) => `<label class="c4s-ic-car"><input type="radio" name="c4s-ic-car" value="${safe(car.name)}" ${chosen ? "checked" : ""}>
	<b>${safe(car.plate_number || car.vin)}</b> <span class="text-muted">${safe(facts_of_car(car))}</span></label>`;

const matter_line = ({ doctype, name, title, status, moment, is_late }) =>
	`<li>${pill(is_late ? "red" : "orange", __(doctype))} <a href="${route_of(doctype, name)}">${safe(title || name)}</a>
		<span class="text-muted">${safe(__(status))}${moment ? ` · ${when(moment)}` : ""}</span></li>`;

const contact_line = ({ name, subject, channel, direction, status, received_on }) =>
	`<li>${direction === "Outbound" ? "↗" : "↙"} <a href="${route_of("C4S Interaction", name)}">${safe(subject || name)}</a>
		<span class="text-muted">${safe(__(channel))} · ${when(received_on)} · ${safe(__(status))}</span></li>`;

const visit_line = ({ name, arrived_on, plate_number, concern }) =>
	`<li><a href="${route_of("C4S Service Visit", name)}">${day_of(arrived_on)}</a> ${safe(plate_number)} <span class="text-muted">${safe(concern)}</span></li>`;

export const group_card = ({ customer, name, phone, city, cars, stores }) => `<article class="c4s-ic-file">
	<header><span class="c4s-ic-name">${safe(name)}</span> <span class="text-muted">${safe([phone, city].filter(Boolean).join(" · "))}</span></header>
	<p class="text-muted">${__("A customer of {0} with {1} cars.", [safe(stores.join(", ")), cars])}</p>
	<button class="btn btn-default btn-sm" data-take-up="${safe(customer)}">${__("Take Up")}</button></article>`;

export const new_customer = (shown, is_phone) => `<article class="c4s-ic-file c4s-ic-new">
	<p>${is_phone ? __("Nobody is known by {0}.", [safe(shown)]) : __("Nobody is known by this.")}</p>
	<input class="form-control c4s-ic-new-name" maxlength="140" autocomplete="off" placeholder="${__("Name of the Caller")}" aria-label="${__("Name of the Caller")}">
	${is_phone ? "" : `<input class="form-control c4s-ic-new-phone" maxlength="40" autocomplete="off" placeholder="${__("Phone")}" aria-label="${__("Phone")}">`}
	<button class="btn btn-default btn-sm" data-enter>${__("New Customer")}</button></article>`;

// A line of a list of contacts; `take` offers to take it out of the queue.
export function row_line(row, take) {
	const late = row.is_late ? pill("red", __("Overdue")) : "";
	const missed = row.missed ? pill("orange", __("Missed Call")) : "";
	const due = row.due_on ? __("Due {0}", [when(row.due_on)]) : when(row.received_on);
	return `<li class="c4s-ic-row"><a href="${route_of("C4S Interaction", row.name)}">${safe(row.subject || row.name)}</a> ${late}${missed}
		<div class="text-muted">${safe([row.customer_name, __(row.channel), row.category && __(row.category)].filter(Boolean).join(" · "))} · ${safe(due)}
		${take ? `<button class="btn btn-xs btn-default" data-take="${safe(row.name)}">${__("Take It")}</button>` : ""}</div></li>`;
}
