// The steps of a rescue or a home service, for its form and for the dispatch board.
frappe.provide("crm4s.dispatch");

const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
const COLOURS = { Called: "orange", Dispatched: "blue", "On the Way": "blue", "On Site": "purple", Solved: "green", Towed: "green", Cancelled: "gray" };
let choices = null;

Object.assign(crm4s.dispatch, {
	read: (method, values) => frappe.xcall(`crm4s.dispatch.api.${method}`, values),

	act: (method, values) => frappe.xcall(`crm4s.dispatch.actions.${method}`, values),

	// The stores, troubles and rights of the user; asked for once.
	choices() {
		choices = choices || crm4s.dispatch.read("get_choices");
		return choices;
	},

	colour: (status) => COLOURS[status] || "gray",

	// As people in the country dial it.
	dialled: (phone) => String(phone || "").replace(/^\+86/, ""),

	late_word: (late) => late && { "Sent Late": __("Sent Late"), "There Late": __("There Late"), "Stays Long": __("Stays Long") }[late],

	// What can be done with an order now, the next step first: label, what to run (resolves when it is done), whether it is the next one,
	// and whether it is rather done seldom.
	steps_of(order, { may_send, may_work }) {
		const act = (method, values = {}) => () => crm4s.dispatch.act(method, { order: order.name, ...values });
		const { status } = order;
		const is_sent = ["Dispatched", "On the Way"].includes(status);
		const has_ended = ["Solved", "Towed"].includes(status);
		const plans = { run: () => crm4s.dispatch.choose_team({ order: order.name }) };
		return [
			may_send && status === "Called" && { label: __("Send a Team"), ...plans, next: true },
			may_work && status === "Dispatched" && { label: __("Set Out"), run: act("depart"), next: true },
			may_work && is_sent && { label: __("Is There"), run: act("arrive"), next: status === "On the Way" },
			may_work && status === "On Site" && { label: __("Solved"), run: () => end(order, "solve"), next: true },
			may_work && status === "On Site" && { label: __("Towed"), run: () => end(order, "tow"), next: true },
			may_work && status === "On Site" && { label: __("Photo"), run: () => add_photo(order) },
			may_send && is_sent && { label: __("Other Team"), run: () => crm4s.dispatch.choose_team({ order: order.name, instead_of: order.team }), more: true },
			may_send && is_sent && { label: __("Call Team Back"), run: act("take_back"), more: true },
			may_send && !order.vehicle && !order.service_visit && status !== "Cancelled" && { label: __("Enter Car"), run: () => enter_car(order), next: has_ended, more: !has_ended },
			may_send && has_ended && !order.service_visit && order.vehicle && { label: __("Open Visit"), run: act("open_visit"), next: true },
			may_send && !has_ended && status !== "Cancelled" && { label: __("Cancel Order"), run: () => cancel(order), more: true },
		].filter(Boolean);
	},

	// Who can go, the nearest free one first; resolves to true when a team was sent.
	// For an order, or for an appointment of a home service with the address that is proposed.
	choose_team({ order, instead_of, appointment, address }) {
		return new Promise((resolve) => {
			let sent = false;
			const place = [
				{ fieldname: "address", fieldtype: "Small Text", label: __("Where the Car Is"), reqd: 1, default: address },
				{ fieldname: "position", fieldtype: "Data", label: __("Latitude and Longitude"), description: __("Such as 31.2304, 121.4737, as a map copies it.") },
			];
			const dialog = new frappe.ui.Dialog({
				title: instead_of ? __("Send Another Team") : __("Send a Team"),
				fields: [
					...(appointment ? place : []),
					{ fieldname: "teams", fieldtype: "HTML" },
					{ fieldtype: "Section Break" },
					{ fieldname: "minutes", fieldtype: "Int", label: __("Team Is Taken For (minutes)"), description: __("Empty: as long as the standard says.") },
				],
				on_hide: () => resolve(sent),
			});
			const $teams = dialog.fields_dict.teams.$wrapper.html(`<p class="text-muted">${__("Loading")} …</p>`);
			const send = async (team) => {
				const values = dialog.get_values();
				if (!values) return;
				const { minutes } = values;
				if (appointment) await crm4s.dispatch.act("send_for_appointment", { appointment, team, ...values });
				else await crm4s.dispatch.act(instead_of ? "send_other" : "send", { order, team, minutes });
				sent = true;
				dialog.hide();
			};
			$teams.on("click", "[data-team]", async ({ currentTarget }) => {
				currentTarget.disabled = true;
				try {
					await send(currentTarget.dataset.team);
				} finally {
					currentTarget.disabled = false;
				}
			});
			dialog.show();
			const asked = appointment
				? crm4s.dispatch.read("get_teams_for_appointment", { appointment })
				: crm4s.dispatch.read("get_teams", { order });
			asked.then((teams) => {
				$teams.html(list_of(teams.filter(({ name }) => name !== instead_of)));
				if (!appointment) $teams.find("[data-team]:enabled").first().trigger("focus");
			});
		});
	},

	// A team in a line: how far, whether free, else when.
	team_facts({ kind, plate_number, distance, is_free, free_from, order }) {
		const when = is_free
			? `<span class="indicator-pill green">${__("Free Now")}</span>`
			: `<span class="indicator-pill orange">${free_from ? __("Free from {0}", [moment_text(free_from)]) : __("Not free")}</span>`;
		const facts = [distance != null && __("{0} km", [format_number(distance, null, 1)]), kind !== "Rescue Team" && __(kind), plate_number, order];
		return `${when} <span class="text-muted">${safe(facts.filter(Boolean).join(" · "))}</span>`;
	},
});

// Today's times need no date.
const moment_text = (text) =>
	text.slice(0, 10) === frappe.datetime.now_date() ? text.slice(11, 16) : frappe.datetime.str_to_user(text.slice(0, 16) + ":00").replace(/:00$/, "");

function list_of(teams) {
	if (!teams.length) return `<p class="text-muted">${__("The store has no other team; enter one as a resource of the kind {0}.", [__("Rescue Team")])}</p>`;
	return teams
		.map(
			(team) => `<button class="btn btn-default btn-block text-left c4s-team" data-team="${safe(team.name)}" ${team.is_free ? "" : "disabled"}>
				<b>${safe(team.resource_name)}</b> ${crm4s.dispatch.team_facts(team)}</button>`
		)
		.join("");
}

// What it costs, as it is agreed on site; rows that were entered in the order's form stay as they are.
async function end(order, method) {
	const { troubles, km_price } = await crm4s.dispatch.choices();
	const { message: stored } = await frappe.db.get_value("C4S Dispatch Order", order.name, ["total_amount", "driven_km", "payer", "trouble", "odometer"]);
	const trouble = troubles.find(({ name }) => name === stored.trouble);
	const is_towed = method === "tow";
	const money = (fieldname, label, value) => ({ fieldname, fieldtype: "Currency", label, default: value || null, non_negative: 1 });
	const fees = stored.total_amount
		? [{ fieldtype: "HTML", options: `<p>${__("Fees entered: {0}", [format_currency(stored.total_amount)])}</p>` }]
		: [
				money("call_out", __("Call-Out Fee"), trouble?.call_out_fee),
				money("towing", __("Towing Fee")),
				money("other", __("Work and Parts")),
				...(window.innerWidth > 768 ? [{ fieldtype: "Column Break" }] : []),
				{ fieldname: "payer", fieldtype: "Select", label: __("Payer"), options: crm4s.forms.choices(["Customer", "Warranty", "Insurance", "Internal"]), default: stored.payer },
				{ fieldname: "driven_km", fieldtype: "Float", precision: 1, label: __("Kilometres Driven"), default: stored.driven_km || null },
				money("km_price", __("Price of a Kilometre"), km_price),
		  ];
	const fields = [
		...fees,
		{ fieldtype: "Section Break" },
		{ fieldname: "agreed", fieldtype: "Check", label: __("The customer agrees to the fees") },
		{ fieldname: "odometer", fieldtype: "Int", label: __("Odometer"), default: stored.odometer || null },
		{ fieldname: "remark", fieldtype: "Small Text", label: __("What Was Done") },
		{ fieldname: "moment", fieldtype: "Datetime", label: __("Ended On"), description: __("Empty: now.") },
	];
	let visit = null;
	const ended = await crm4s.forms.ask_until_saved(is_towed ? __("Towed to the Workshop") : __("Solved on Site"), fields, is_towed ? __("Towed") : __("Solved"), async (values) => {
		const { agreed, odometer, remark, moment, driven_km } = values;
		const rows = stored.total_amount ? null : JSON.stringify(fees_of(values));
		visit = await crm4s.dispatch.act(method, { order: order.name, agreed: agreed ? 1 : 0, odometer, remark, moment, driven_km, fees: rows });
	});
	if (ended) {
		const message = visit ? __("Service visit {0} is open.", [safe(visit)]) : __("The visit is opened when customer and car are known.");
		frappe.show_alert({ message, indicator: visit ? "green" : "orange" });
	}
}

function fees_of({ call_out, towing, other, driven_km, km_price, payer }) {
	const row = (item_kind, item_name, unit_price, quantity = 1) => unit_price > 0 && quantity > 0 && { item_kind, item_name, quantity, unit_price, payer };
	return [
		row("Call-Out", __("Call-Out Fee"), call_out),
		row("Distance", __("Kilometres Driven"), km_price, driven_km),
		row("Towing", __("Towing Fee"), towing),
		row("Other", __("Work and Parts"), other),
	].filter(Boolean);
}

const cancel = (order) =>
	crm4s.forms.ask_until_saved(
		__("Cancel Order"),
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Cancellation"), reqd: 1 }],
		__("Cancel Order"),
		({ reason }) => crm4s.dispatch.act("cancel", { order: order.name, reason })
	);

const enter_car = (order) => crm4s.appointments.ask_vin(order.plate_number, (values) => crm4s.dispatch.act("enter_car", { order: order.name, ...values }));

async function add_photo(order) {
	// Where the phone's camera is asked, and the photo made smaller.
	await frappe.require("/assets/crm4s/js/forms/service_walk_round.js");
	const content = await crm4s.service.photo_from_device();
	if (!content) return;
	await crm4s.dispatch.act("add_photo", { order: order.name, content });
	frappe.show_alert({ message: __("Photo kept."), indicator: "green" });
}
