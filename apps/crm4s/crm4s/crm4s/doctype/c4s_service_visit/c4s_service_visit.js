const VISIT_ACTIONS = "crm4s.service.actions.";
const ITEM_FIELDS = ["item_kind", "part", "item_name", "quantity", "minutes", "unit_price", "discount_amount", "package"];

frappe.ui.form.on("C4S Service Visit", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("service_advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("technician", "items", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("part", "items", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		frm.toggle_enable(["items", "dealership", "customer", "vehicle", "visit_kind"], frm.doc.status !== "Settled");
		for (const field of ["steps", "walk_round_view", "quotation_view"]) frm.get_field(field).$wrapper.empty();
		if (frm.is_new()) return;
		show_panels(frm);
		if (!crm4s.own_store.is_shared(frm)) add_buttons(frm);
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},
});

frappe.ui.form.on("C4S Service Item", {
	quantity: show_amount,
	unit_price: show_amount,
	discount_amount: show_amount,
	part(frm, cdt, cdn) {
		if (locals[cdt][cdn].part) frappe.model.set_value(cdt, cdn, "item_kind", "Part");
	},
});

// A preview while typing: what counts is worked out when the visit is saved.
function show_amount(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	row.amount = flt(flt(row.quantity) * flt(row.unit_price) - flt(row.discount_amount), 2);
	frm.refresh_field("items");
}

// What the form shows beside its fields

const escaped = (value) => frappe.utils.escape_html(String(value ?? ""));

async function show_panels(frm) {
	const name = frm.doc.name;
	const panels = await frappe.xcall(VISIT_ACTIONS + "panels", { visit: name });
	if (frm.doc.name !== name) return;
	frm.c4s_panels = panels;
	show_steps(frm, panels);
	show_walk_round(frm, panels);
	show_quotation(frm, panels);
}

function show_steps(frm, { comebacks, declined_before, next_service }) {
	const { doc } = frm;
	const settled = doc.status === "Settled";
	const decided = Boolean(doc.items?.length) && !doc.undecided_items;
	const steps = [
		doc.visit_kind !== "Counter Sale" && [__("Walk-Round"), Boolean(doc.signed_on)],
		[__("Quotation"), Boolean(doc.quoted_on) || settled],
		[__("Decided"), decided],
		doc.jobs_total && [`${__("Work")} ${doc.jobs_total - doc.jobs_open}/${doc.jobs_total}`, !doc.jobs_open],
		doc.jobs_total && [__("Quality"), doc.quality === "Passed"],
		[__("Settled"), settled],
		doc.follow_up_task && [__("Follow-Up"), Boolean(doc.followed_up_on)],
	].filter(Boolean);
	const strip = crm4s.forms.step_strip(steps, doc.status === "Cancelled");
	const notes = [];
	if (doc.comeback_of) notes.push(__("The car came back after {0}.", [link_to_visit(doc.comeback_of)]));
	for (const row of comebacks) {
		notes.push(__("It came back: {0} · {1}", [link_to_visit(row.name), escaped(row.concern)]));
	}
	if (declined_before.length) {
		notes.push(__("Advised earlier and not done: {0}", [declined_before.map((row) => escaped(row.item_name)).join(", ")]));
	}
	if (next_service && !declined_before.length) notes.push(escaped(next_service));
	frm.get_field("steps").$wrapper.html(
		`${strip}${notes.map((note) => `<div class="small mb-1">${note}</div>`).join("")}`
	);
}

function link_to_visit(name) {
	return `<a href="/app/c4s-service-visit/${encodeURIComponent(name)}">${escaped(name)}</a>`;
}

function show_walk_round(frm, { marks }) {
	const { doc } = frm;
	const rows = doc.walk_round || [];
	const parts = [];
	if (!rows.length) parts.push(`<p class="text-muted">${__("Nobody has walked round the car with the customer yet.")}</p>`);
	else {
		const bad = rows.filter((row) => row.result === "Not OK");
		const seen = rows.filter((row) => row.result).length;
		parts.push(`<p>${__("{0} of {1} points seen, {2} not OK", [seen, rows.length, bad.length])}</p>`);
		parts.push(crm4s.service.drawing(marks), crm4s.service.list_of_marks(marks));
		for (const row of bad) parts.push(`<div class="small text-danger">${escaped(row.area)} · ${escaped(row.item)}: ${escaped(row.remark)}</div>`);
		const photos = rows.filter((row) => row.photo);
		if (photos.length) {
			const pictures = photos.map(
				(row) => `<a href="${escaped(row.photo)}" target="_blank"><img src="${escaped(row.photo)}" alt="${escaped(row.item)}"
					style="height: 84px; border-radius: 6px"></a>`
			);
			parts.push(`<div class="d-flex flex-wrap mt-2 mb-2" style="gap: 6px">${pictures.join("")}</div>`);
		}
	}
	frm.get_field("walk_round_view").$wrapper.html(parts.join(""));
}

const APPROVAL_COLOURS = { Proposed: "orange", Approved: "green", Declined: "gray" };

function show_quotation(frm, { missing_parts, waiting_link }) {
	const { doc } = frm;
	const notes = missing_parts.map(
		(row) => `<div class="small text-danger mb-1">${__("{0}: {1} missing; tell the customer when it will be there.", [escaped(row.item_name), row.shortage])}</div>`
	);
	if (waiting_link && doc.undecided_items) {
		notes.push(`<div class="small mb-2">${__("The customer has a link and has not answered yet; it counts until {0}.", [
			frappe.datetime.str_to_user(waiting_link.expires_on),
		])}</div>`);
	}
	const cards = (doc.items || []).map((row) => {
		const facts = [__(row.payer), row.minutes ? __("{0} min", [row.minutes]) : "", row.package ? escaped(row.package) : ""].filter(Boolean);
		const said = row.approved_by ? ` · ${__(row.approved_by)}${row.approval_note ? " · " + escaped(row.approval_note) : ""}` : "";
		return `<div class="c4s-item ${row.approval === "Declined" ? "c4s-declined" : ""}">
			<div class="c4s-line"><span>${escaped(row.item_name)}</span><b>${money(row.amount)}</b></div>
			<div class="c4s-line small text-muted"><span>${facts.join(" · ")}${said}</span>
				<span class="indicator-pill ${APPROVAL_COLOURS[row.approval]}">${__(row.approval)}</span></div></div>`;
	});
	frm.get_field("quotation_view").$wrapper.html(
		notes.join("") + (cards.join("") || `<p class="text-muted">${__("There is no item yet.")}</p>`)
	);
}

function money(value) {
	return format_currency(value, frappe.boot.sysdefaults.currency);
}

// Buttons, in the order of work; the next step stands out

function add_buttons(frm) {
	const { doc } = frm;
	const may_write = frm.perm[0]?.write;
	const next = next_step(frm);
	const add = (label, run, group) => {
		const button = frm.add_custom_button(label, run, label === next ? null : group);
		if (label === next) button.removeClass("btn-default").addClass("btn-primary-light");
	};
	if (doc.follow_up_on && (may_write || crm4s.forms.may_call())) add(__("Log Follow-Up"), () => log_follow_up(frm));
	if (!may_write) return;
	if (doc.status === "Open") {
		if (!doc.signed_on && doc.visit_kind !== "Counter Sale") add(__("Walk-Round"), () => walk_round(frm), __("Reception"));
		if (doc.vehicle) add(__("Propose Work"), () => propose_work(frm), __("Items"));
		add(__("Add Item"), () => add_item(frm), __("Items"));
		if (doc.undecided_items) {
			add(__("Give Quotation"), () => give_quotation(frm), __("Items"));
			add(__("Note Decision"), () => note_decision(frm), __("Items"));
			add(__("Send for Approval"), () => send_link(frm, "Approval"), __("Items"));
		}
	}
	if (doc.status !== "Cancelled" && doc.visit_kind !== "Counter Sale") add(__("Send Status Link"), () => send_link(frm, "Status"), __("Customer"));
	if (doc.status === "Settled" && doc.vehicle) add(__("Car Came Back"), () => open_comeback(frm), __("Customer"));
}

function next_step({ doc }) {
	if (doc.status === "Settled") return doc.follow_up_on ? __("Log Follow-Up") : null;
	if (doc.status !== "Open") return null;
	if (!doc.signed_on && doc.visit_kind === "Workshop") return __("Walk-Round");
	if (!doc.items?.length) return doc.vehicle ? __("Propose Work") : __("Add Item");
	if (!doc.undecided_items) return null;
	return doc.quoted_on ? __("Note Decision") : __("Give Quotation");
}

async function run_action(frm, action, values = {}) {
	return frappe.xcall(VISIT_ACTIONS + action, { visit: frm.doc.name, ...values });
}

function act(frm, action, values = {}) {
	return crm4s.forms.act(frm, VISIT_ACTIONS + action, { visit: frm.doc.name, ...values });
}

async function walk_round(frm) {
	await act(frm, "begin_walk_round");
	const { marks } = await run_action(frm, "panels");
	crm4s.service.walk_round(frm.doc, marks, (action, values) => run_action(frm, action, values), () => frm.reload_doc());
}

// Items

async function propose_work(frm) {
	if (frm.is_dirty()) await frm.save();
	const proposals = await run_action(frm, "proposals");
	if (!proposals.length) {
		frappe.msgprint(__("Nothing is due for this car and no package fits; add items as the customer wishes."));
		return;
	}
	const cards = proposals.map(
		(row, position) => `<label class="c4s-item d-block" style="cursor: pointer">
			<div class="c4s-line"><span><input type="checkbox" data-proposal="${position}"> <b>${escaped(row.title)}</b></span><b>${money(row.price)}</b></div>
			<div class="small text-muted">${escaped(row.reason)}${row.minutes ? " · " + __("{0} min", [row.minutes]) : ""}</div></label>`
	);
	const dialog = crm4s.forms.ask(__("Propose Work"), [{ fieldname: "cards", fieldtype: "HTML", options: cards.join("") }], __("Add"), async () => {
		const chosen = dialog.$wrapper.find("[data-proposal]:checked").get().map((box) => proposals[box.dataset.proposal]);
		await add_rows(frm, chosen.flatMap((row) => row.lines));
	});
}

function add_item(frm) {
	const is_part = "eval:doc.item_kind === 'Part'";
	const dialog = crm4s.forms.ask(
		__("Add Item"),
		[
			{ fieldname: "item_kind", fieldtype: "Select", label: __("Item Kind"), options: crm4s.forms.options_of("C4S Service Item", "item_kind"), default: "Labour", reqd: 1 },
			{
				fieldname: "part", fieldtype: "Link", options: "C4S Part", label: __("Part"), depends_on: is_part,
				get_query: () => ({ filters: { enabled: 1 } }),
				async onchange() {
					const part = dialog.get_value("part");
					if (!part) return;
					const { message } = await frappe.db.get_value("C4S Part", part, ["part_name", "price"]);
					dialog.set_values({ item_name: message.part_name, unit_price: message.price });
				},
			},
			{ fieldname: "item_name", fieldtype: "Data", label: __("Item Name"), reqd: 1 },
			{ fieldname: "quantity", fieldtype: "Float", label: __("Quantity"), default: 1, reqd: 1, description: __("Hours for labour, the part's own unit for parts.") },
			{ fieldname: "unit_price", fieldtype: "Currency", label: __("Unit Price") },
			{ fieldname: "payer", fieldtype: "Select", label: __("Payer"), options: crm4s.forms.options_of("C4S Service Item", "payer"), default: "Customer", reqd: 1 },
		],
		__("Add"),
		(values) => add_rows(frm, [values])
	);
}

async function add_rows(frm, rows) {
	for (const row of rows) {
		const values = Object.fromEntries([...ITEM_FIELDS, "payer"].filter((field) => row[field]).map((field) => [field, row[field]]));
		frm.add_child("items", values);
	}
	frm.refresh_field("items");
	frm.dirty();
	try {
		await frm.save();
	} finally {
		// Refused rows do not stay behind.
		if (frm.is_dirty()) await frm.reload_doc();
	}
}

// Quotation and approval

function give_quotation(frm) {
	crm4s.forms.ask(
		__("Give Quotation"),
		[
			{ fieldname: "cards", fieldtype: "HTML", options: `<p>${__("{0} items, the customer pays {1}.", [frm.doc.items.length, money(frm.doc.customer_amount)])}</p>` },
			{ fieldname: "promised_on", fieldtype: "Datetime", label: __("Promised On"), default: frm.doc.promised_on },
		],
		__("Give Quotation"),
		(values) => act(frm, "quote", values)
	);
}

function note_decision(frm) {
	const rows = frm.doc.items.filter((row) => row.approval === "Proposed");
	const decisions = {};
	const dialog = crm4s.forms.ask(
		__("Note Decision"),
		[
			{ fieldname: "cards", fieldtype: "HTML" },
			{
				fieldname: "means", fieldtype: "Select", label: __("Decided"), reqd: 1, default: "Desk",
				options: [{ value: "Desk", label: __("At the desk") }, { value: "Phone", label: __("On the phone") }],
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Who said it, and when"), mandatory_depends_on: "eval:doc.means === 'Phone'" },
		],
		__("Save"),
		(values) => act(frm, "decide", { decisions, means: values.means, note: values.note })
	);
	const $cards = dialog.get_field("cards").$wrapper;
	const draw = () => {
		const button = (row, value, label, chosen) =>
			`<button type="button" class="btn ${decisions[row.name] === value ? chosen : "btn-default"}" data-row="${escaped(row.name)}" data-value="${value}">${label}</button>`;
		const cards = rows.map(
			(row) => `<div class="c4s-item"><div class="c4s-line"><span>${escaped(row.item_name)}</span><b>${money(row.amount)}</b></div>
				<div class="c4s-choice">${button(row, "Approved", __("Do it"), "btn-success")}${button(row, "Declined", __("Not this time"), "btn-danger")}</div></div>`
		);
		$cards.html(`<button type="button" class="btn btn-sm btn-default mb-2" data-all>${__("Approve everything")}</button>${cards.join("")}`);
	};
	$cards.on("click", "[data-row]", ({ currentTarget: { dataset } }) => {
		decisions[dataset.row] = dataset.value;
		draw();
	});
	$cards.on("click", "[data-all]", () => {
		for (const row of rows) decisions[row.name] = "Approved";
		draw();
	});
	draw();
}

async function send_link(frm, purpose) {
	const way = await run_action(frm, "look_ahead_of_link", { purpose });
	if (way.why_not) return copy_link(frm, purpose, __("It cannot be sent by message: {0}", [way.why_not]));
	const how = way.channel
		? __("It goes to {0} by {1}.", [way.address, __(way.channel)])
		: __("It waits for the end of the quiet time: {0}.", [frappe.datetime.str_to_user(way.until)]);
	const dialog = new frappe.ui.Dialog({
		title: title_of_link(purpose),
		fields: [{ fieldname: "how", fieldtype: "HTML", options: `<p>${escaped(how)}</p>` }],
		primary_action_label: __("Send by Message"),
		async primary_action() {
			dialog.hide();
			await act(frm, "send_link", { purpose });
			frappe.show_alert({ message: way.until ? how : __("It will be sent within a minute or two."), indicator: "green" });
		},
		secondary_action_label: __("Copy the Link"),
		secondary_action() {
			dialog.hide();
			copy_link(frm, purpose);
		},
	});
	dialog.show();
}

function title_of_link(purpose) {
	return purpose === "Approval" ? __("Link for Approval") : __("Status Link");
}

async function copy_link(frm, purpose, why = "") {
	const { url, expires_on } = await act(frm, "make_link", { purpose });
	const words =
		purpose === "Approval"
			? __("Please look at our quotation and decide: {0}", [url])
			: __("See how far we are with your car: {0}", [url]);
	const until = expires_on ? __("It counts until {0}, and for one answer.", [frappe.datetime.str_to_user(expires_on)]) : "";
	const dialog = new frappe.ui.Dialog({
		title: title_of_link(purpose),
		fields: [
			{ fieldname: "words", fieldtype: "Small Text", label: __("Message"), default: words },
			{ fieldname: "hint", fieldtype: "HTML", options: `<p class="small text-muted">${until} ${__("The link is shown only now; make a new one if it is lost.")} ${escaped(why)}</p>` },
		],
		primary_action_label: __("Copy"),
		primary_action({ words: text }) {
			frappe.utils.copy_to_clipboard(text);
			dialog.hide();
		},
		secondary_action_label: navigator.share ? __("Send") : __("SMS"),
		secondary_action() {
			const text = dialog.get_value("words");
			if (navigator.share) navigator.share({ text });
			else window.location.href = `sms:?body=${encodeURIComponent(text)}`;
		},
	});
	dialog.show();
}

// After the visit

function open_comeback(frm) {
	crm4s.forms.ask(
		__("Car Came Back"),
		[{ fieldname: "concern", fieldtype: "Small Text", label: __("Customer's Concern"), description: __("In the customer's own words."), reqd: 1 }],
		__("Open Visit"),
		async (values) => {
			const name = await act(frm, "open_comeback", values);
			frappe.set_route("Form", frm.doctype, name);
		}
	);
}

async function log_follow_up(frm) {
	const outcomes = crm4s.forms.options_of(frm.doctype, "follow_up_outcome");
	const fields = [await crm4s.forms.whom_to_call(frm), ...crm4s.forms.follow_up_fields(outcomes, "note")];
	crm4s.forms.ask(__("Log Follow-Up"), fields, __("Save"), (values) => act(frm, "log_follow_up", values));
}
