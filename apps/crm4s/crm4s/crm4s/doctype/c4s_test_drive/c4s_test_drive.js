frappe.ui.form.on("C4S Test Drive", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("sales_consultant", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("aspect", "ratings", () => ({ filters: { enabled: 1 } }));
		frm.set_query("route", () => ({ filters: of_store(frm) }));
		frm.set_query("resource", () => ({
			filters: {
				...of_store(frm),
				kind: "Test-Drive Car",
				...(frm.doc.model ? { model: frm.doc.model } : {}),
			},
		}));
	},

	refresh(frm) {
		const takes_car = ["Planned", "Driving"].includes(frm.doc.status);
		frm.toggle_enable(["resource", "planned_from", "planned_to", "dealership"], frm.doc.status !== "Done");
		if (!frm.perm[0]?.write || crm4s.own_store.is_shared(frm)) return;
		if (frm.is_new()) return;
		if (frm.doc.status === "Planned") {
			frm.add_custom_button(__("Start Drive"), () => start_drive(frm)).addClass("btn-primary-light");
			frm.add_custom_button(__("No-Show"), () => set_status(frm, "No-Show"), __("Not Driven"));
		}
		if (takes_car) {
			frm.add_custom_button(__("Cancel Test Drive"), () => cancel_drive(frm), __("Not Driven"));
		}
		if (frm.doc.status === "Driving") {
			frm.add_custom_button(__("End Drive"), () => end_drive(frm)).addClass("btn-primary-light");
		}
		if (frm.doc.status === "Done") {
			frm.add_custom_button(__("Feedback"), () => ask_feedback(frm)).addClass("btn-primary-light");
		}
		if (["Cancelled", "No-Show"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Plan Again"), () => set_status(frm, "Planned"));
		}
	},

	find_slot(frm) {
		find_slot(frm);
	},

	lead(frm) {
		fill_from(frm, "C4S Lead", frm.doc.lead, {
			lead_name: "driver_name",
			phone: "phone",
			customer: "customer",
			interested_model: "model",
			sales_consultant: "sales_consultant",
		});
	},

	customer(frm) {
		fill_from(frm, "C4S Customer", frm.doc.customer, { customer_name: "driver_name", primary_phone: "phone" });
	},

	resource(frm) {
		fill_from(frm, "C4S Resource", frm.doc.resource, { model: "model" });
	},

	// The server takes the end from the route; whoever plans again with another one wants it taken anew.
	route(frm) {
		if (frm.doc.status === "Planned") frm.set_value("planned_to", null);
	},

	planned_from(frm) {
		const { planned_from, planned_to } = frm.doc;
		if (planned_to && planned_from && planned_to <= planned_from) frm.set_value("planned_to", null);
	},
});

function of_store(frm) {
	return { enabled: 1, ...(frm.doc.dealership ? { dealership: frm.doc.dealership } : {}) };
}

// Empty fields only, so that what somebody typed stays. The server does the same.
function fill_from(frm, doctype, name, fields) {
	const empty = Object.entries(fields).filter(([, target]) => !frm.doc[target]);
	if (!name || !empty.length) return;
	const sources = empty.map(([source]) => source);
	frappe.db.get_value(doctype, name, sources).then(({ message }) => {
		for (const [source, target] of empty) {
			if (message?.[source] && !frm.doc[target]) frm.set_value(target, message[source]);
		}
	});
}

// Resolves to whether the server took it; what was typed stays in the form, the status is the one of before.
async function set_status(frm, status, values = {}) {
	const before = frm.doc.status;
	await frm.set_value({ ...values, status });
	await frm.save();
	if (!frm.is_dirty()) return true;
	await frm.set_value("status", before);
	return false;
}

async function find_slot(frm) {
	if (!frm.doc.dealership) frappe.throw(__("Choose the store first."));
	const minutes = planned_minutes(frm) || (await route_minutes(frm)) || 30;
	const dialog = new frappe.ui.Dialog({
		title: __("Find a Free Slot"),
		fields: [
			{
				fieldname: "day",
				fieldtype: "Date",
				label: __("Date"),
				default: frm.doc.planned_from?.slice(0, 10) || frappe.datetime.get_today(),
				reqd: 1,
				change: () => show(),
			},
			{
				fieldname: "minutes",
				fieldtype: "Int",
				label: __("Minutes"),
				default: minutes,
				reqd: 1,
				change: () => show(),
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "slots", fieldtype: "HTML" },
		],
	});
	const area = dialog.fields_dict.slots.$wrapper;

	function show() {
		const { day, minutes } = dialog.get_values(true) || {};
		if (!frm.doc.dealership || !day || !minutes) return;
		frappe
			.xcall("crm4s.bookings.availability.find_free_slots", {
				dealership: frm.doc.dealership,
				kind: "Test-Drive Car",
				day,
				minutes,
				model: frm.doc.model || null,
			})
			.then((cars) => draw(cars));
	}

	function draw(cars) {
		area.empty();
		if (!cars.length) {
			area.text(__("This store has no test-drive car of this model."));
		}
		for (const car of cars) {
			$("<h6>").text(car.resource_name).addClass("mt-3").appendTo(area);
			if (!car.slots.length) {
				$("<p>").addClass("text-muted").text(__("No time is free on this day.")).appendTo(area);
			}
			for (const [start, end] of car.slots) {
				$("<button>")
					.addClass("btn btn-default btn-sm mr-2 mb-2")
					.text(start.slice(11, 16))
					.on("click", () => take(car, start, end))
					.appendTo(area);
			}
		}
	}

	function take(car, start, end) {
		dialog.hide();
		frm.set_value({ resource: car.resource, planned_from: start, planned_to: end });
	}

	dialog.show();
	show();
}

async function route_minutes(frm) {
	if (!frm.doc.route) return null;
	const { message } = await frappe.db.get_value("C4S Test Drive Route", frm.doc.route, "minutes");
	return message?.minutes;
}

function planned_minutes(frm) {
	const { planned_from, planned_to } = frm.doc;
	return planned_from && planned_to ? moment(planned_to).diff(moment(planned_from), "minutes") : null;
}

function start_drive(frm) {
	const doc = frm.doc;
	const fields = [
		{
			fieldname: "licence_number",
			fieldtype: "Data",
			label: __("Licence Number"),
			default: doc.licence_number,
			reqd: 1,
		},
		{
			fieldname: "licence_class",
			fieldtype: "Select",
			label: __("Licence Class"),
			options: frappe.meta.get_docfield("C4S Test Drive", "licence_class").options,
			default: doc.licence_class || "C1",
			reqd: 1,
		},
		{
			fieldname: "licence_valid_until",
			fieldtype: "Date",
			label: __("Licence Valid Until"),
			default: doc.licence_valid_until,
			depends_on: "eval:!doc.licence_without_end",
			mandatory_depends_on: "eval:!doc.licence_without_end",
		},
		{
			fieldname: "licence_without_end",
			fieldtype: "Check",
			label: __("Valid Without End"),
			default: doc.licence_without_end,
		},
		{
			fieldname: "licence_checked",
			fieldtype: "Check",
			label: __("Original Licence Seen"),
			default: doc.licence_checked,
		},
		{
			fieldname: "agreement_on_paper",
			fieldtype: "Check",
			label: __("Signed on Paper"),
			default: doc.agreement_on_paper,
			hidden: doc.agreement_signature ? 1 : 0,
			description: __("Or let the driver sign below."),
		},
		{
			fieldname: "odometer_out",
			fieldtype: "Int",
			label: __("Odometer Out (km)"),
			default: doc.odometer_out,
			reqd: 1,
		},
		{
			fieldname: "agreement_signature",
			fieldtype: "Signature",
			label: __("Signature"),
			hidden: doc.agreement_signature ? 1 : 0,
			depends_on: "eval:!doc.agreement_on_paper",
		},
	];
	crm4s.forms.ask(__("Start Drive"), fields, __("Start Drive"), ({ agreement_signature, ...values }) =>
		set_status(frm, "Driving", agreement_signature ? { ...values, agreement_signature } : values)
	);
}

function end_drive(frm) {
	const fields = [
		{
			fieldname: "odometer_in",
			fieldtype: "Int",
			label: __("Odometer In (km)"),
			description: __("It left with {0} km.", [frm.doc.odometer_out]),
			reqd: 1,
		},
		{
			fieldname: "ended_on",
			fieldtype: "Datetime",
			label: __("Ended On"),
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{ fieldname: "drive_remark", fieldtype: "Small Text", label: __("Remark on the Car") },
	];
	crm4s.forms.ask(__("End Drive"), fields, __("End Drive"), (values) => set_status(frm, "Done", values));
}

function cancel_drive(frm) {
	frappe.prompt(
		{
			fieldname: "cancellation_note",
			fieldtype: "Small Text",
			label: __("Reason for Cancellation"),
			reqd: 1,
		},
		(values) => set_status(frm, "Cancelled", values),
		__("Cancel Test Drive")
	);
}

async function ask_feedback(frm) {
	const aspects = await frappe.db.get_list("C4S Test Drive Aspect", {
		filters: { enabled: 1 },
		fields: ["name"],
		order_by: "sequence",
		limit: 30,
	});
	const given = Object.fromEntries((frm.doc.ratings || []).map((row) => [row.aspect, row]));
	const dialog = new frappe.ui.Dialog({
		title: __("Feedback"),
		fields: [
			...aspects.map(({ name }, index) => ({
				fieldname: `rating_${index}`,
				fieldtype: "Rating",
				label: __(name),
				default: (given[name]?.rating || 0) / 5,
			})),
			{
				fieldname: "likely_to_buy",
				fieldtype: "Select",
				label: __("Likely to Buy"),
				options: frappe.meta.get_docfield("C4S Test Drive", "likely_to_buy").options,
				default: frm.doc.likely_to_buy,
			},
			{ fieldname: "feedback", fieldtype: "Small Text", label: __("Comment"), default: frm.doc.feedback },
			{ fieldname: "next_step", fieldtype: "Data", label: __("Next Step"), default: frm.doc.next_step },
			{
				fieldname: "next_step_on",
				fieldtype: "Date",
				label: __("Next Step On"),
				default: frm.doc.next_step_on,
			},
		],
		primary_action_label: __("Save"),
		primary_action({ likely_to_buy, feedback, next_step, next_step_on, ...ratings }) {
			dialog.hide();
			aspects.forEach(({ name }, index) => rate(frm, given[name], name, ratings[`rating_${index}`]));
			frm.refresh_field("ratings");
			frm.set_value({ likely_to_buy, feedback, next_step, next_step_on }).then(() => frm.save());
		},
	});
	dialog.show();
}

// Stars give a part of one; nothing chosen is no rating.
function rate(frm, row, aspect, stars) {
	const rating = Math.round((stars || 0) * 5);
	if (!rating) return;
	if (row) frappe.model.set_value(row.doctype, row.name, "rating", rating);
	else frm.add_child("ratings", { aspect, rating });
}
