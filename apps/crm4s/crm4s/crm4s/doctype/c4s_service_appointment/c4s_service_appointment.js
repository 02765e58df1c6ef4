frappe.ui.form.on("C4S Service Appointment", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("service_advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("skill", () => ({ filters: { enabled: 1 } }));
		frm.set_query("part", "items", () => ({ filters: { enabled: 1 } }));
		frm.set_query("package", "items", () => ({ filters: { enabled: 1 } }));
		for (const [fieldname, kind] of Object.entries({
			bay: "Bay",
			technician: "Technician",
			driver: "Pick-Up Driver",
			courtesy_car: "Courtesy Car",
		})) {
			frm.set_query(fieldname, () => ({
				filters: { enabled: 1, kind, ...(frm.doc.dealership ? { dealership: frm.doc.dealership } : {}) },
			}));
		}
	},

	refresh(frm) {
		const is_booked = frm.is_new() || frm.doc.status === "Booked";
		frm.toggle_enable(["planned_from", "planned_to", "bay", "technician", "skill", "dealership", "kind"], is_booked);
		tell_of_missing_parts(frm);
		if (frm.is_new() || !frm.perm[0]?.write || crm4s.own_store.is_shared(frm)) return;
		if (["Booked", "No-Show"].includes(frm.doc.status) && frappe.model.can_create("C4S Service Visit")) {
			frm.add_custom_button(__("Arrive"), () => arrive(frm)).addClass("btn-primary-light");
		}
		if (is_booked) {
			frm.add_custom_button(__("Cancel Appointment"), () => cancel(frm), __("Does Not Come"));
			frm.add_custom_button(__("No-Show"), () => step(frm, "no_show"), __("Does Not Come"));
		}
		if (frm.doc.status !== "Arrived") {
			frm.add_custom_button(is_booked ? __("Move") : __("Book Again"), () => find_slot(frm, (start) => move(frm, start)));
		}
		if (frm.doc.service_visit) {
			frm.add_custom_button(__("Open Visit"), () => frappe.set_route("Form", "C4S Service Visit", frm.doc.service_visit));
		}
	},

	find_slot(frm) {
		find_slot(frm, (start) => {
			if (frm.is_new()) frm.set_value({ planned_from: start, planned_to: null, bay: null, technician: null });
			else move(frm, start);
		});
	},

	customer(frm) {
		crm4s.appointments.fill_contact(frm);
	},

	planned_from(frm) {
		const { planned_from, planned_to } = frm.doc;
		if (planned_to && planned_from && planned_to <= planned_from) frm.set_value("planned_to", null);
	},
});

frappe.ui.form.on("C4S Appointment Item", {
	item_kind(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (row.item_kind !== "Part" && row.part) frappe.model.set_value(cdt, cdn, "part", null);
	},
});

function tell_of_missing_parts(frm) {
	if (!frm.doc.parts_missing || frm.doc.status === "Arrived") return;
	const parts = frm.doc.items.filter((row) => row.shortage).map((row) => `${row.item_name} × ${row.shortage}`);
	frm.dashboard.set_headline_alert(
		frappe.utils.escape_html(__("Parts are missing: {0}. Order them, and tell the customer that it may take longer.", [parts.join(", ")])),
		"orange"
	);
}

function call(method, values) {
	return frappe.xcall(`crm4s.appointments.api.${method}`, values);
}

async function step(frm, method, values = {}) {
	if (frm.is_dirty()) await frm.save();
	await call(method, { name: frm.doc.name, ...values });
	await frm.reload_doc();
}

async function move(frm, start) {
	await step(frm, "move", { planned_from: start });
	frappe.show_alert({ message: __("Booked for {0}.", [frappe.datetime.str_to_user(start)]), indicator: "green" });
}

function cancel(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Cancellation"), reqd: 1 },
		({ reason }) => step(frm, "cancel", { reason }),
		__("Cancel Appointment")
	);
}

async function arrive(frm) {
	if (frm.is_dirty()) await frm.save();
	if (!frm.doc.vehicle && !(await crm4s.appointments.ask_car(frm.doc.name, frm.doc.plate_number))) return;
	const visit = await call("arrive", { name: frm.doc.name });
	frappe.set_route("Form", "C4S Service Visit", visit);
}

function planned_minutes(frm) {
	const { planned_from, planned_to, items } = frm.doc;
	if (planned_from && planned_to) return moment(planned_to).diff(moment(planned_from), "minutes");
	return (items || []).reduce((sum, row) => sum + cint(row.minutes), 0);
}

// Days of a week with the times at which a bay and a technician are free together.
function find_slot(frm, take) {
	if (!frm.doc.dealership) frappe.throw(__("Choose the store first."));
	crm4s.appointments.choose_slot({
		dealership: frm.doc.dealership,
		kind: frm.doc.kind,
		skill: frm.doc.skill || null,
		minutes: planned_minutes(frm),
		day: frm.doc.planned_from?.slice(0, 10),
		appointment: frm.is_new() ? null : frm.doc.name,
		take,
	});
}
