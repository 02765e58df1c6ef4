// Insurance on the forms of others: policies and claims of a car, the claim and the courtesy car of a visit.
frappe.provide("crm4s.insurance");

const escaped = (value) => frappe.utils.escape_html(String(value ?? ""));
const link_to = (doctype, name, text) => `<a href="${frappe.utils.get_form_link(doctype, name)}">${escaped(text)}</a>`;
const SOON_DAYS = 30;

Object.assign(crm4s.insurance, {
	// How a policy stands today, in words and a colour.
	standing({ status, valid_from, covered_until, renewed_by }) {
		const left = frappe.datetime.get_day_diff(covered_until, frappe.datetime.get_today());
		if (status === "Surrendered") return [__("Surrendered"), "gray"];
		if (left < 0) return renewed_by ? [__("Ended"), "gray"] : [__("Ended, not renewed"), "red"];
		if (valid_from && valid_from > frappe.datetime.get_today()) return [__("Begins Later"), "blue"];
		if (renewed_by) return [__("Renewed"), "green"];
		return left <= SOON_DAYS ? [__("Ends in {0} days", [left]), "orange"] : [__("In Force"), "green"];
	},
});

frappe.ui.form.on("C4S Vehicle", {
	async refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("C4S Insurance Policy")) return;
		const { name } = frm.doc;
		const { policies, claims } = await frappe.xcall("crm4s.insurance.panel.of_vehicle", { vehicle: name });
		if (frm.doc.name !== name || !(policies.length || claims.length)) return;
		frm.dashboard.add_section(rows_of(policies, policy_row) + rows_of(claims, claim_row), __("Insurance"));
		frm.dashboard.show();
	},
});

function rows_of(rows, html_of) {
	return rows.map((row) => `<div class="d-flex flex-wrap align-items-center py-1" style="gap: 8px">${html_of(row)}</div>`).join("");
}

function policy_row(row) {
	const [text, colour] = crm4s.insurance.standing(row);
	const days = `${frappe.datetime.str_to_user(row.valid_from)} – ${frappe.datetime.str_to_user(row.covered_until)}`;
	return `<span class="indicator-pill ${colour}">${text}</span>
		<span>${__(row.policy_kind)} · ${escaped(__(row.insurer))}</span>
		${link_to("C4S Insurance Policy", row.name, row.policy_number)} <span class="text-muted">${days}</span>`;
}

function claim_row(row) {
	const late = row.due_on && row.due_on < frappe.datetime.get_today();
	const amount = row.paid_amount || row.assessed_total;
	return `<span class="indicator-pill ${late ? "red" : "blue"}">${__(row.status)}</span>
		<span>${__("Claim")} ${link_to("C4S Insurance Claim", row.name, row.name)}</span>
		<span class="text-muted">${frappe.datetime.str_to_user(row.loss_on.slice(0, 10))} · ${escaped(__(row.insurer))}
		${amount ? ` · ${format_currency(amount)}` : ""}</span>`;
}

frappe.ui.form.on("C4S Service Visit", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Open" || !frm.doc.vehicle || crm4s.own_store.is_shared(frm)) return;
		if (frappe.model.can_create("C4S Car Rental")) {
			frm.add_custom_button(__("Courtesy Car"), () => courtesy_car({ service_visit: frm.doc.name }), __("More"));
		}
	},
});

frappe.ui.form.on("C4S Service Appointment", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Booked" || crm4s.own_store.is_shared(frm)) return;
		if (frappe.model.can_create("C4S Car Rental")) {
			frm.add_custom_button(__("Courtesy Car"), () => courtesy_car({ appointment: frm.doc.name }));
		}
	},
});

// The one that is planned or out already, or a new one with the car and the times that the appointment keeps.
async function courtesy_car(of_what) {
	const { existing, ...values } = await frappe.xcall("crm4s.rentals.actions.courtesy_for", of_what);
	if (existing) frappe.set_route("Form", "C4S Car Rental", existing);
	// Given with the route, times and fields that are not copied would be left out.
	else frappe.new_doc("C4S Car Rental", {}, (doc) => Object.assign(doc, values));
}
