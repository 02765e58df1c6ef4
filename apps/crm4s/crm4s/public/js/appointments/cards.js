// What is known of a caller, as it is read aloud.

import { day_of, joined, link, safe, time_of } from "./text";

const km = (distance) => __("{0} km", [format_number(distance, null, 0)]);

export function customer_card(row, is_chosen, may_choose) {
	const choice = may_choose
		? `<button class="btn btn-xs ${is_chosen ? "btn-primary" : "btn-default"}" data-customer="${safe(row.name)}">${is_chosen ? __("Chosen") : __("This One")}</button>`
		: "";
	const complaints = row.open_complaints
		? `<span class="indicator-pill red">${__("{0} open complaints", [row.open_complaints])}</span>`
		: "";
	return `<div class="c4s-ad-customer ${is_chosen ? "chosen" : ""}">
		${link("c4s-customer", row.name, row.customer_name)}
		<span class="text-muted">${joined(row.masked_phone, row.city, row.advisor_name)}</span> ${complaints} ${choice}</div>`;
}

export function car_choice(car, is_chosen) {
	const due = car.next_service_on || car.next_service_km;
	const when = [car.next_service_on && day_of(car.next_service_on), car.next_service_km && km(car.next_service_km)].filter(Boolean).join(" / ");
	const service = due
		? `<div class="${car.is_due ? "c4s-ad-due" : "text-muted"}">${__("Next service {0}", [when])}${car.next_service_reason ? `: ${safe(car.next_service_reason)}` : ""}</div>`
		: `<div class="text-muted">${__("Nothing is known of its next service.")}</div>`;
	return `<label class="c4s-ad-car"><input type="radio" name="c4s-ad-car" value="${safe(car.name)}" ${is_chosen ? "checked" : ""}>
		<div><b>${safe(car.plate_number || car.vin)}</b> <span class="text-muted">${joined(car.model_title, car.odometer && km(car.odometer))}</span>
		${service}</div></label>`;
}

export function other_car(is_chosen, plate = "") {
	return `<label class="c4s-ad-car"><input type="radio" name="c4s-ad-car" value="" ${is_chosen ? "checked" : ""}>
		<div><b>${__("Another car")}</b>
		<input class="form-control input-sm c4s-ad-plate" maxlength="20" value="${safe(plate)}" placeholder="${__("Plate Number")}" aria-label="${__("Plate Number")}">
		<input class="form-control input-sm c4s-ad-named" maxlength="80" placeholder="${__("Or what the caller calls it")}" aria-label="${__("Car as Named")}"></div></label>`;
}

export function appointment_card(row, may_receive) {
	const receive = may_receive ? `<button class="btn btn-xs btn-default" data-step="arrive" data-name="${safe(row.name)}">${__("Arrive")}</button>` : "";
	return `<div class="c4s-ad-booked"><span class="indicator-pill blue">${__("Booked")}</span>
		${link("c4s-service-appointment", row.name, time_of(row.planned_from))} <span class="text-muted">${safe(row.plate_number)}</span>
		<span class="c4s-ad-steps">${receive}
		<button class="btn btn-xs btn-default" data-step="move" data-name="${safe(row.name)}">${__("Move")}</button>
		<button class="btn btn-xs btn-default" data-step="cancel" data-name="${safe(row.name)}">${__("Cancel")}</button></span></div>`;
}

export function visit_line(row) {
	const text = joined(row.plate_number, row.odometer && `${row.odometer} km`, row.concern, row.next_service_advice);
	return `<div class="c4s-ad-visit">${link("c4s-service-visit", row.name, day_of(row.arrived_on))} <span class="text-muted">${text}</span></div>`;
}

export function group_card({ customer, name, phone, stores }) {
	return `<div class="c4s-ad-customer"><span class="indicator-pill orange">${__("Known in the Group")}</span>
		<b>${safe(name)}</b> <span class="text-muted">${joined(phone, ...stores)}</span>
		<button class="btn btn-xs btn-default" data-take-up="${safe(customer)}">${__("Take Up")}</button></div>`;
}

export function new_caller(shown, is_phone) {
	const phone = is_phone
		? ""
		: `<input class="form-control c4s-ad-new-phone" inputmode="tel" maxlength="20" placeholder="${__("Phone")}" aria-label="${__("Phone")}">`;
	return `<div class="c4s-ad-new"><div><b>${safe(shown)}</b> ${__("is new here")}</div>
		<div class="c4s-ad-fields"><input class="form-control c4s-ad-new-name" maxlength="140" placeholder="${__("Customer Name")}" aria-label="${__("Customer Name")}">
		${phone}
		<input class="form-control c4s-ad-new-plate" maxlength="20" placeholder="${__("Plate Number")}" aria-label="${__("Plate Number")}">
		<button class="btn btn-primary" data-enter>${__("Enter Customer")}</button></div></div>`;
}
