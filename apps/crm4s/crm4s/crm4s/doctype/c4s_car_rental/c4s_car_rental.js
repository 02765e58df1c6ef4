const RENTAL_ACTIONS = "crm4s.rentals.actions.";

frappe.ui.form.on("C4S Car Rental", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		const of_store = () => (frm.doc.dealership ? { dealership: frm.doc.dealership } : {});
		const of_customer = () => ({ ...of_store(), ...(frm.doc.customer ? { customer: frm.doc.customer } : {}) });
		frm.set_query("advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("rental_class", () => ({ filters: { enabled: 1 } }));
		frm.set_query("resource", () => ({ filters: { ...of_store(), enabled: 1, kind: ["in", ["Courtesy Car", "Rental Car"]] } }));
		frm.set_query("service_visit", () => ({ filters: { ...of_customer(), status: "Open" } }));
		frm.set_query("appointment", () => ({ filters: { ...of_customer(), status: ["in", ["Booked", "Arrived"]] } }));
	},

	refresh(frm) {
		for (const field of ["steps", "condition_view"]) frm.get_field(field).$wrapper.empty();
		const is_out = frm.doc.status === "Handed Out";
		const agreed = is_out || frm.doc.status === "Brought Back";
		frm.toggle_enable(["customer", "rental_kind", "resource", "planned_from", "dealership", "rental_class"], !agreed);
		frm.toggle_enable("planned_to", frm.doc.status !== "Brought Back");
		if (frm.is_new()) return;
		show_panels(frm);
		if (frm.perm[0]?.write && !crm4s.own_store.is_shared(frm)) add_buttons(frm);
	},

	find_car(frm) {
		find_car(frm);
	},

	customer(frm) {
		frm.set_value({ contact_name: null, contact_phone: null });
	},

	async resource(frm) {
		if (!frm.doc.resource || frm.doc.rental_class) return;
		const { message } = await frappe.db.get_value("C4S Resource", frm.doc.resource, "rental_class");
		if (message?.rental_class && frm.doc.rental_kind === "Paid Rental") frm.set_value("rental_class", message.rental_class);
	},
});

async function show_panels(frm) {
	const { name } = frm.doc;
	const { marks, warnings, odometer } = await frappe.xcall(RENTAL_ACTIONS + "panels", { rental: name });
	if (frm.doc.name !== name) return;
	frm.c4s_marks = marks;
	frm.c4s_odometer = odometer;
	const { doc } = frm;
	const out = ["Handed Out", "Brought Back"].includes(doc.status);
	const steps = [
		[__("Planned"), true],
		[__("Agreement"), Boolean(doc.agreement_signed_on)],
		[__("Handed Out"), out],
		[__("Brought Back"), doc.status === "Brought Back"],
	];
	const colours = { red: "text-danger", orange: "text-warning", blue: "text-muted" };
	const notes = warnings.map(({ text, colour }) => `<div class="small mb-1 ${colours[colour]}">${frappe.utils.escape_html(text)}</div>`);
	frm.get_field("steps").$wrapper.html(crm4s.forms.step_strip(steps, ["Cancelled", "No-Show"].includes(doc.status)) + notes.join(""));
	frm.get_field("condition_view").$wrapper.html(out ? drawings(marks, doc.status === "Brought Back") : "");
}

function drawings(marks, is_back) {
	const one = (title, of_way) => `<div style="flex: 1 1 260px"><h6>${title}</h6>${crm4s.service.drawing(of_way)}${crm4s.service.list_of_marks(of_way)}</div>`;
	const parts = [one(__("When Handed Out"), marks.out)];
	if (is_back) parts.push(one(__("When Back"), marks.in));
	return `<div class="d-flex flex-wrap" style="gap: 16px">${parts.join("")}</div>`;
}

function add_buttons(frm) {
	const { status } = frm.doc;
	if (status === "Planned") {
		frm.add_custom_button(__("Hand Out"), () => hand_out(frm)).addClass("btn-primary-light");
		frm.add_custom_button(__("No-Show"), () => run(frm, "set_status", { status: "No-Show" }), __("More"));
		frm.add_custom_button(__("Cancel Rental"), () => cancel(frm), __("More"));
	}
	if (status === "Handed Out") {
		frm.add_custom_button(__("Take the Car Back"), () => take_back(frm)).addClass("btn-primary-light");
		frm.add_custom_button(__("Keep It Longer"), () => extend(frm));
	}
	if (["Cancelled", "No-Show"].includes(status)) frm.add_custom_button(__("Plan Again"), () => run(frm, "set_status", { status: "Planned" }));
}

async function run(frm, action, values = {}) {
	if (frm.is_dirty()) await frm.save();
	const answer = await frappe.xcall(RENTAL_ACTIONS + action, { rental: frm.doc.name, ...values });
	await frm.reload_doc();
	return answer;
}

function hand_out(frm) {
	const { doc } = frm;
	const paid = doc.rental_kind === "Paid Rental";
	const marks = [...(frm.c4s_marks?.out || [])];
	const known = frm.c4s_odometer ? __("It showed {0} km last.", [frm.c4s_odometer]) : "";
	const of = (fieldname) => crm4s.forms.options_of(doc.doctype, fieldname);
	const fields = [
		{ fieldname: "licence_number", fieldtype: "Data", label: __("Licence Number"), default: doc.licence_number, reqd: 1 },
		{ fieldname: "licence_class", fieldtype: "Select", label: __("Licence Class"), options: of("licence_class"), default: doc.licence_class || "C1", reqd: 1 },
		{
			fieldname: "licence_valid_until",
			fieldtype: "Date",
			label: __("Licence Valid Until"),
			default: doc.licence_valid_until,
			depends_on: "eval:!doc.licence_without_end",
			mandatory_depends_on: "eval:!doc.licence_without_end",
		},
		{ fieldname: "licence_without_end", fieldtype: "Check", label: __("Valid Without End"), default: doc.licence_without_end },
		{ fieldname: "licence_checked", fieldtype: "Check", label: __("Original Licence Seen"), default: doc.licence_checked },
		{ fieldtype: "Section Break", label: __("Condition of the Car") },
		{ fieldname: "odometer", fieldtype: "Int", label: __("Odometer Out (km)"), description: known, reqd: 1 },
		{ fieldname: "fuel", fieldtype: "Int", label: __("Fuel or Charge Out (%)"), default: 100, reqd: 1 },
		{ fieldname: "drawing", fieldtype: "HTML" },
		{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark on the Car Out") },
		{ fieldtype: "Section Break", label: __("Agreement") },
		{ fieldname: "deposit_paid", fieldtype: "Currency", label: __("Deposit Received"), default: doc.deposit_paid || doc.deposit, hidden: paid ? 0 : 1 },
		{ fieldname: "deposit_method", fieldtype: "Select", label: __("Deposit Paid By"), options: of("deposit_method"), default: doc.deposit_method, hidden: paid ? 0 : 1 },
		{
			fieldname: "on_paper",
			fieldtype: "Check",
			label: __("Signed on Paper"),
			default: doc.agreement_on_paper,
			description: __("Or let the driver sign below."),
		},
		{ fieldname: "signature", fieldtype: "Signature", label: __("Signature"), depends_on: "eval:!doc.on_paper" },
	];
	const dialog = crm4s.forms.ask(__("Hand Out"), fields, __("Hand Out"), async (values) => {
		const { licence_number, licence_class, licence_valid_until, licence_without_end, drawing, ...others } = values;
		const licence = { licence_number, licence_class, licence_valid_until, licence_without_end };
		await run(frm, "hand_out", { ...others, licence, marks });
	});
	crm4s.service.mark_damage(dialog.get_field("drawing").$wrapper, marks);
}

function take_back(frm) {
	const { doc } = frm;
	const marks = (frm.c4s_marks?.out || []).map((mark) => ({ ...mark }));
	const fields = [
		{ fieldname: "odometer", fieldtype: "Int", label: __("Odometer In (km)"), description: __("It left with {0} km.", [doc.odometer_out]), reqd: 1 },
		{ fieldname: "fuel", fieldtype: "Int", label: __("Fuel or Charge In (%)"), description: __("It left with {0} %.", [doc.fuel_out]), reqd: 1 },
		{ fieldname: "back_on", fieldtype: "Datetime", label: __("Back On"), default: frappe.datetime.now_datetime(), reqd: 1 },
		{ fieldtype: "Section Break", label: __("Condition of the Car") },
		{ fieldname: "drawing", fieldtype: "HTML" },
		{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark on the Car In") },
		{ fieldtype: "Section Break", label: __("What the Customer Pays") },
		{ fieldname: "fuel_amount", fieldtype: "Currency", label: __("For Fuel or Charge") },
		{ fieldname: "damage_amount", fieldtype: "Currency", label: __("For New Damage") },
		{ fieldname: "other_amount", fieldtype: "Currency", label: __("For Other Things") },
	];
	const dialog = crm4s.forms.ask(__("Take the Car Back"), fields, __("Take the Car Back"), async ({ drawing, ...values }) => {
		const { to_pay, to_refund } = await run(frm, "take_back", { ...values, marks });
		if (to_pay) frappe.show_alert({ message: __("Still to pay: {0}", [format_currency(to_pay)]), indicator: "orange" });
		if (to_refund) frappe.show_alert({ message: __("To give back: {0}", [format_currency(to_refund)]), indicator: "blue" });
	});
	crm4s.service.mark_damage(dialog.get_field("drawing").$wrapper, marks);
}

function extend(frm) {
	const fields = [{ fieldname: "until", fieldtype: "Datetime", label: __("Planned To"), default: frm.doc.planned_to, reqd: 1 }];
	crm4s.forms.ask(__("Keep It Longer"), fields, __("Save"), (values) => run(frm, "extend", values));
}

function cancel(frm) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Cancellation"), reqd: 1 }];
	crm4s.forms.ask(__("Cancel Rental"), fields, __("Cancel Rental"), (values) => run(frm, "set_status", { status: "Cancelled", ...values }));
}

async function find_car(frm) {
	const { dealership, planned_from, planned_to } = frm.doc;
	if (!dealership || !planned_from || !planned_to) frappe.throw(__("Choose the store and from when to when first."));
	const cars = await frappe.xcall(RENTAL_ACTIONS + "free_cars", { dealership, starts_at: planned_from, ends_at: planned_to });
	const dialog = new frappe.ui.Dialog({ title: __("Find a Free Car"), fields: [{ fieldname: "cars", fieldtype: "HTML" }] });
	const area = dialog.get_field("cars").$wrapper;
	if (!cars.length) area.text(__("No car is free for the whole time."));
	for (const car of cars) {
		const rate = car.daily_rate ? ` · ${format_currency(car.daily_rate)}` : "";
		$("<button class='btn btn-default btn-block text-left mb-2'>")
			.text([car.resource_name, __(car.kind), car.rental_class ? __(car.rental_class) + rate : ""].filter(Boolean).join(" · "))
			.on("click", () => {
				dialog.hide();
				frm.set_value({ resource: car.resource, ...(frm.doc.rental_kind === "Paid Rental" ? { rental_class: car.rental_class } : {}) });
			})
			.appendTo(area);
	}
	dialog.show();
}
