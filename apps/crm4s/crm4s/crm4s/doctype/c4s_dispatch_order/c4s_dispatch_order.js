frappe.ui.form.on("C4S Dispatch Order", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("service_advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("trouble", () => ({ filters: { enabled: 1 } }));
		frm.set_query("part", "fees", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		const ended = ["Solved", "Towed", "Cancelled"].includes(frm.doc.status);
		frm.toggle_enable(["kind", "dealership", "called_on", "planned_from", "trouble"], !ended);
		frm.toggle_enable("fees", !frm.doc.service_visit && frm.doc.status !== "Cancelled");
		frm.toggle_enable(["customer", "vehicle"], !frm.doc.service_visit);
		frm.get_field("timeline").$wrapper.empty();
		if (frm.is_new()) return;
		show_timeline(frm);
		if (frm.doc.service_visit) {
			frm.add_custom_button(__("Service Visit"), () => frappe.set_route("Form", "C4S Service Visit", frm.doc.service_visit));
		}
		if (!crm4s.own_store.is_shared(frm)) add_steps(frm);
	},

	customer(frm) {
		crm4s.appointments.fill_contact(frm);
	},
});

frappe.ui.form.on("C4S Dispatch Fee", {
	fees_add(frm, cdt, cdn) {
		frappe.model.set_value(cdt, cdn, "payer", frm.doc.payer);
	},
	part(frm, cdt, cdn) {
		if (locals[cdt][cdn].part) frappe.model.set_value(cdt, cdn, "item_kind", "Part");
	},
});

function add_steps(frm) {
	const may_send = Boolean(frm.perm[0]?.write);
	// Technicians see the orders of their own team and no others.
	const may_work = may_send || frappe.user.has_role("C4S Technician");
	for (const { label, run, next } of crm4s.dispatch.steps_of(frm.doc, { may_send, may_work })) {
		const $button = frm.add_custom_button(label, async () => {
			if (frm.is_dirty()) await frm.save();
			await run();
			await frm.reload_doc();
		});
		if (next) $button.addClass("btn-primary-light");
	}
}

const STAMPS = [
	["Called", "called_on"],
	["Dispatched", "dispatched_on"],
	["On the Way", "departed_on"],
	["On Site", "arrived_on"],
];

// When each step was, how long after the call, and in red what was later than its standard.
function show_timeline(frm) {
	const { doc } = frm;
	const late = { dispatched_on: doc.dispatch_by, arrived_on: doc.arrive_by };
	const steps = [...STAMPS, [["Solved", "Towed", "Cancelled"].includes(doc.status) ? doc.status : "Solved", "ended_on"]];
	const marks = steps.map(([status, field]) => {
		const at = doc[field];
		const is_late = at && late[field] && at > late[field];
		const is_long = field === "ended_on" && at && doc.arrived_on && doc.on_site_standard && minutes(doc.arrived_on, at) > doc.on_site_standard;
		const colour = is_late || is_long ? "red" : at ? "green" : "gray";
		const text = at ? [moment(at).format("HH:mm"), field !== "called_on" && `+${__("{0} min", [minutes(doc.called_on, at)])}`].filter(Boolean).join(" ") : "";
		return `<span class="indicator-pill ${colour} mr-2 mb-2">${__(status)} ${frappe.utils.escape_html(text)}</span>`;
	});
	const due = doc.arrive_by && !doc.arrived_on && !doc.ended_on ? `<span class="text-muted">${__("Be there by {0}", [frappe.datetime.str_to_user(doc.arrive_by)])}</span>` : "";
	frm.get_field("timeline").$wrapper.html(`<div class="mb-2">${marks.join("")} ${due}</div>`);
}

const minutes = (from, to) => Math.max(0, moment(to).diff(moment(from), "minutes"));
