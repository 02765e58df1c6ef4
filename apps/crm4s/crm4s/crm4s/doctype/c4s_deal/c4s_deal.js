const ACTIONS = "crm4s.crm4s.doctype.c4s_deal.actions.";

frappe.ui.form.on("C4S Deal", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("sales_consultant", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("model", () => ({ filters: { enabled: 1 } }));
		frm.set_query("lead", () => ({ filters: { dealership: frm.doc.dealership, status: ["!=", "Lost"] } }));
		frm.set_query("trade_in_appraisal", () => ({ filters: { customer: frm.doc.customer, dealership: frm.doc.dealership } }));
		frm.set_query("option", "items", () => ({ filters: { enabled: 1 } }));
		frm.set_query("finance_offer", () => ({
			filters: { enabled: 1, offer_kind: frm.doc.payment_method === "Lease" ? "Lease" : "Loan" },
		}));
	},

	refresh(frm) {
		close_what_was_agreed(frm);
		for (const field of ["steps", "finance_comparison", "quotation_versions", "service_lines"]) {
			frm.get_field(field).$wrapper.empty();
		}
		if (frm.is_new()) return;
		show_call_due(frm);
		show_panels(frm);
		show_trade_in(frm);
		if (crm4s.own_store.is_shared(frm)) return;
		add_buttons(frm);
	},

	lead(frm) {
		take_over_lead(frm);
	},

	model(frm) {
		if (!frm.doc.model) return;
		frappe.db.get_value("C4S Vehicle Model", frm.doc.model, "guide_price").then(({ message }) => {
			frm.set_value("list_price", message?.guide_price || 0);
		});
	},

	list_price: show_amounts,
	discount_amount: show_amounts,
	trade_in_value: show_amounts,
	items_remove: show_amounts,

	payment_method(frm) {
		if (frm.doc.payment_method === "Cash") frm.set_value({ finance_offer: null, down_payment: 0 });
	},
});

frappe.ui.form.on("C4S Deal Item", {
	quantity: show_amounts,
	unit_price: show_amounts,
	items_remove: show_amounts,
	option(frm, doctype, name) {
		// Fetched again: the name and the price of another option are not those of the one before.
		frappe.model.set_value(doctype, name, { item_name: null, unit_price: null });
	},
});

// A preview while typing: what counts is worked out when the deal is saved.
function show_amounts(frm) {
	for (const row of frm.doc.items || []) row.amount = flt(flt(row.quantity) * flt(row.unit_price), 2);
	const items = (frm.doc.items || []).reduce((sum, row) => sum + row.amount, 0);
	const price = flt(frm.doc.list_price) + items + flt(frm.doc.services_amount) - flt(frm.doc.discount_amount);
	const total = price - flt(frm.doc.trade_in_value) - flt(frm.doc.trade_in_subsidy);
	const rest = total - flt(frm.doc.paid_amount);
	Object.assign(frm.doc, {
		customisation_amount: flt(items, 2),
		price_amount: flt(price, 2),
		total_amount: flt(total, 2),
		balance_due: flt(Math.max(rest, 0), 2),
		refund_due: flt(Math.max(-rest, 0), 2),
	});
	for (const field of ["items", "customisation_amount", "price_amount", "total_amount", "balance_due", "refund_due"]) {
		frm.refresh_field(field);
	}
}

function close_what_was_agreed(frm) {
	const closed = ["Delivered", "Cancelled"].includes(frm.doc.status);
	const agreed = [
		"customer", "dealership", "deal_kind", "model", "list_price", "discount_amount", "items", "trade_in_vehicle",
		"trade_in_value", "trade_in_appraisal", "payment_method", "down_payment", "finance_offer",
	];
	frm.toggle_enable(agreed, !closed);
	if (!closed && frm.doc.vehicle) frm.toggle_enable(["dealership", "deal_kind", "model"], false);
	frm.toggle_enable("promised_on", frm.doc.status === "Quoted" || (!closed && !frm.doc.promised_on));
}

// The value of the car traded in follows the offer of its appraisal.
async function show_trade_in(frm) {
	const { doc } = frm;
	const field = "trade_in_appraisal";
	if (!doc[field]) return frm.set_df_property(field, "description", __("Value, subsidy and car follow its offer"));
	const { message } = await frappe.db.get_value("C4S Used Car Appraisal", doc[field], ["status", "title"]);
	if (message?.status) frm.set_df_property(field, "description", `${frappe.utils.escape_html(message.title)} · ${__(message.status)}`);
	const told = ["Offered", "Accepted", "Bought"].includes(message?.status);
	if (told) frm.toggle_enable(["trade_in_value", "trade_in_vehicle"], false);
}

async function appraise_trade_in(frm) {
	if (frm.is_dirty()) await frm.save();
	const name = await frappe.xcall("crm4s.crm4s.doctype.c4s_used_car_appraisal.actions.appraise_trade_in", { deal: frm.doc.name });
	frappe.set_route("Form", "C4S Used Car Appraisal", name);
}

function show_call_due(frm) {
	const day = frm.doc.follow_up_on;
	if (crm4s.own_store.is_shared(frm)) return;
	frm.dashboard.clear_headline();
	if (!day || day > frappe.datetime.get_today()) return;
	const colour = day < frappe.datetime.get_today() ? "red" : "orange";
	frm.dashboard.set_headline(__("Call the customer after the delivery: due on {0}.", [frappe.datetime.str_to_user(day)]), colour);
}

function take_over_lead(frm) {
	if (!frm.doc.lead || !frm.is_new()) return;
	const fields = ["customer", "interested_model", "payment_method", "sales_consultant", "dealership"];
	frappe.db.get_value("C4S Lead", frm.doc.lead, fields).then(({ message }) => {
		const { interested_model: model, ...found } = message || {};
		for (const [field, value] of Object.entries({ ...found, model })) {
			if (value && !frm.doc[field]) frm.set_value(field, value);
		}
	});
}

// What the form shows beside its fields

async function show_panels(frm) {
	const name = frm.doc.name;
	const panels = await frappe.xcall(ACTIONS + "panels", { deal: name });
	if (frm.doc.name !== name) return;
	frm.c4s_panels = panels;
	show_steps(frm, panels);
	show_versions(frm, panels.versions);
	show_finance(frm, panels.finance);
	show_services(frm, panels.services);
}

function show_steps(frm, { missing }) {
	const { doc } = frm;
	const closed = doc.status === "Cancelled";
	const steps = [
		[__("Quotation"), doc.quotation_count > 0],
		[__("Ordered"), Boolean(doc.ordered_on)],
		[__("Car"), Boolean(doc.vehicle)],
		[__("Paid"), Boolean(doc.ordered_on) && !doc.balance_due],
		[__("PDI"), Boolean(doc.pdi_signed_on)],
		[__("Delivery"), doc.status === "Delivered"],
		[__("Follow-Up"), Boolean(doc.followed_up_on)],
	];
	const next = steps.findIndex(([, done]) => !done);
	const strip = steps
		.map(([label, done], position) => {
			const colour = closed ? "gray" : done ? "green" : position === next ? "blue" : "gray";
			return `<span class="indicator-pill ${colour} mr-2 mb-2">${done ? "✓ " : ""}${label}</span>`;
		})
		.join("");
	const waits = missing.length
		? `<details class="small text-muted mb-3"><summary>${__("What delivery waits for ({0})", [missing.length])}</summary>
			<ul class="mb-0 pl-4">${missing.map((sentence) => `<li>${sentence}</li>`).join("")}</ul></details>`
		: "";
	frm.get_field("steps").$wrapper.html(`<div class="mb-1">${strip}</div>${waits}`);
}

function show_versions(frm, versions) {
	const wrapper = frm.get_field("quotation_versions").$wrapper;
	if (!versions.length) {
		wrapper.html(`<p class="text-muted">${__("The customer has no quotation yet.")}</p>`);
		return;
	}
	const rows = versions.map(
		(row) => `<tr>
			<td><a href="/app/c4s-quotation-version/${encodeURIComponent(row.name)}">${__("Version {0}", [row.version_number])}</a></td>
			<td>${frappe.datetime.str_to_user(row.quoted_on)}</td>
			<td>${row.valid_until ? frappe.datetime.str_to_user(row.valid_until) : ""}</td>
			<td class="text-right">${money(row.total_amount)}</td>
			<td class="text-right"><a data-print="${frappe.utils.escape_html(row.name)}">${__("Print")}</a></td>
		</tr>`
	);
	wrapper.html(table([__("Version"), __("Quoted On"), __("Valid Until"), [__("To Pay")], ""], rows));
	wrapper.find("[data-print]").on("click", (event) => print_version(event.currentTarget.dataset.print));
}

function show_finance(frm, offers) {
	const wrapper = frm.get_field("finance_comparison").$wrapper;
	if (!offers.length) {
		wrapper.html(`<p class="text-muted">${__("No finance offer fits this car and this way of paying; save the deal to compare again.")}</p>`);
		return;
	}
	const open = frm.doc.status === "Quoted" && frm.perm[0]?.write;
	const cheapest = Math.min(...offers.map((row) => row.total_interest + row.fee));
	const rows = offers.map((row) => {
		const extra = row.total_interest + row.fee;
		const choice = row.chosen
			? `<span class="indicator-pill green">${__("Chosen")}</span>`
			: open
			? `<button class="btn btn-xs btn-default" data-offer="${frappe.utils.escape_html(row.offer)}">${__("Choose")}</button>`
			: "";
		return `<tr>
			<td>${frappe.utils.escape_html(row.offer)}<div class="small text-muted">${frappe.utils.escape_html(row.provider)}</div></td>
			<td class="text-right">${cint(row.months)}</td>
			<td class="text-right">${flt(row.annual_rate)} %</td>
			<td class="text-right">${money(row.down_payment)}</td>
			<td class="text-right"><b>${money(row.monthly_payment)}</b>${
				row.final_payment ? `<div class="small text-muted">+ ${money(row.final_payment)}</div>` : ""
			}</td>
			<td class="text-right ${extra === cheapest ? "text-success" : ""}">${money(extra)}</td>
			<td class="text-right">${choice}</td>
		</tr>`;
	});
	wrapper.html(
		table(
			[__("Finance Offer"), [__("Months")], [__("Annual Rate")], [__("Down Payment")], [__("Monthly Payment")], [__("Interest and Fee")], ""],
			rows
		)
	);
	wrapper.find("[data-offer]").on("click", (event) =>
		act(frm, "choose_finance", { offer: event.currentTarget.dataset.offer, down_payment: frm.doc.down_payment })
	);
}

const SERVICE_COLOURS = { Open: "blue", "In Progress": "orange", Done: "green", Cancelled: "gray" };

function show_services(frm, services) {
	const today = frappe.datetime.get_today();
	const rows = services.map((row) => {
		const late = ["Open", "In Progress"].includes(row.status) && row.due_on && row.due_on < today;
		return `<tr>
			<td><a href="/app/c4s-deal-service/${encodeURIComponent(row.name)}">${__(row.kind)}</a>
				<div class="small text-muted">${frappe.utils.escape_html(row.provider || "")}</div></td>
			<td><span class="indicator-pill ${late ? "red" : SERVICE_COLOURS[row.status]}">${late ? __("Overdue") : __(row.status)}</span></td>
			<td>${row.due_on ? frappe.datetime.str_to_user(row.due_on) : ""}</td>
			<td class="text-right">${money(row.charged_amount)}</td>
		</tr>`;
	});
	const wrapper = frm.get_field("service_lines").$wrapper;
	const list = rows.length
		? table([__("Kind"), __("Status"), __("Due On"), [__("Charged to the Customer")]], rows)
		: `<p class="text-muted">${__("No service comes along with this car yet.")}</p>`;
	const may_add = frappe.model.can_create("C4S Deal Service") && ["Quoted", "Ordered"].includes(frm.doc.status);
	wrapper.html(list + (may_add ? `<button class="btn btn-xs btn-default">${__("Add Service")}</button>` : ""));
	wrapper.find("button").on("click", () => add_service(frm));
}

function table(headings, rows) {
	const cells = headings.map((heading) =>
		Array.isArray(heading) ? `<th class="text-right">${heading[0]}</th>` : `<th>${heading}</th>`
	);
	return `<div class="table-responsive"><table class="table table-sm table-bordered">
		<thead><tr>${cells.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
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
	if (doc.status === "Ordered" && doc.vehicle && !doc.pdi_signed_on && (may_write || may_inspect())) {
		add(__("PDI Checklist"), () => fill_checklist(frm, "PDI"), __("Delivery"));
	}
	if (doc.follow_up_on && (may_write || crm4s.forms.may_call())) add(__("Log Follow-Up"), () => log_follow_up(frm), __("Delivery"));
	if (!may_write) return;
	if (doc.status === "Quoted") {
		if (doc.discount_needs_approval && decides(frm)) add(__("Approve Discount"), () => act(frm, "approve_discount"), __("Quotation"));
		add(__("Give Quotation"), () => give_quotation(frm), __("Quotation"));
	}
	if (doc.quotation_count > 1) add(__("Compare Quotations"), () => compare_quotations(frm), __("Quotation"));
	if (doc.status === "Ordered" && doc.discount_needs_approval && decides(frm)) {
		add(__("Approve Discount"), () => act(frm, "approve_discount"), __("Money"));
	}
	if (["Quoted", "Ordered"].includes(doc.status) && frappe.model.can_create("C4S Used Car Appraisal")) {
		add(__("Appraise Trade-In"), () => appraise_trade_in(frm), __("Car"));
	}
	if (doc.balance_due > 0) add(__("Record Payment"), () => record_payment(frm), __("Money"));
	if (doc.paid_amount > 0 || doc.refund_due > 0) add(__("Pay Back"), () => record_payment(frm, "Refund"), __("Money"));
	if (doc.status === "Ordered") add_buttons_of_order(frm, add);
	if (!frappe.model.has_workflow(frm.doctype)) add_steps_without_workflow(frm, add);
}

function add_buttons_of_order(frm, add) {
	const { doc } = frm;
	if (doc.balance_due > 0 && decides(frm)) {
		add(__("Allow Unpaid Delivery"), () => allow_balance(frm), __("Money"));
	}
	if (!doc.vehicle) add(__("Allocate Car"), () => allocate_car(frm), __("Car"));
	else add(__("Release Car"), () => release_car(frm), __("Car"));
	add(__("Log Care"), () => log_care(frm), __("Waiting"));
	add(__("Move Promise"), () => move_promise(frm), __("Waiting"));
	if (doc.vehicle && !doc.delivery_signed_on) {
		add(__("Delivery Checklist"), () => fill_checklist(frm, "Delivery"), __("Delivery"));
	}
}

function add_steps_without_workflow(frm, add) {
	const { status } = frm.doc;
	if (status === "Quoted") add(__("Place Order"), () => act(frm, "order", { promised_on: frm.doc.promised_on }), __("Quotation"));
	if (status === "Ordered") add(__("Deliver"), () => act(frm, "deliver"), __("Delivery"));
	if (["Quoted", "Ordered"].includes(status)) add(__("Cancel Deal"), () => cancel_deal(frm), __("Money"));
	if (status === "Cancelled") add(__("Quote Again"), () => act(frm, "reopen"));
}

function next_step({ doc }) {
	if (doc.status === "Quoted") {
		if (doc.discount_needs_approval) return __("Approve Discount");
		if (!doc.quotation_count) return __("Give Quotation");
		if (flt(doc.agreed_deposit) > flt(doc.paid_amount)) return __("Record Payment");
	}
	if (doc.status === "Ordered") {
		if (!doc.vehicle) return __("Allocate Car");
		if (!doc.pdi_signed_on) return __("PDI Checklist");
		if (doc.balance_due > 0) return __("Record Payment");
		if (!doc.delivery_signed_on) return __("Delivery Checklist");
	}
	if (doc.refund_due > 0) return __("Pay Back");
	if (doc.follow_up_on) return __("Log Follow-Up");
	return doc.balance_due > 0 && doc.status === "Delivered" ? __("Record Payment") : null;
}

// Who may write what managers decide; how far a discount may go is the server's to say.
function decides(frm) {
	return frappe.perm.has_perm(frm.doctype, 1, "write");
}

function may_inspect() {
	return frappe.user.has_role("C4S Technician") || frappe.user.has_role("C4S Workshop Manager");
}

function act(frm, action, values = {}) {
	return crm4s.forms.act(frm, ACTIONS + action, { deal: frm.doc.name, ...values });
}

// Quotation

function give_quotation(frm) {
	crm4s.forms.ask(
		__("Give Quotation"),
		[
			{ fieldname: "valid_until", fieldtype: "Date", label: __("Valid Until"), description: __("Empty means the days of the settings.") },
			{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark for the Customer") },
		],
		__("Give Quotation"),
		async (values) => {
			const version = await act(frm, "quote", values);
			print_version(version);
		}
	);
}

function print_version(name) {
	frappe.set_route("print", "C4S Quotation Version", name);
}

function compare_quotations(frm) {
	const versions = frm.c4s_panels?.versions || [];
	const options = versions.map((row) => ({ value: row.name, label: __("Version {0}", [row.version_number]) }));
	const dialog = new frappe.ui.Dialog({
		title: __("Compare Quotations"),
		size: "large",
		fields: [
			{ fieldname: "before", fieldtype: "Select", label: __("Before"), options, default: versions[1]?.name },
			{ fieldtype: "Column Break" },
			{ fieldname: "after", fieldtype: "Select", label: __("After"), options, default: versions[0]?.name },
			{ fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "HTML" },
		],
	});
	const show = async () => {
		const { before, after } = dialog.get_values();
		const compared = await frappe.xcall(ACTIONS + "compare_quotations", { deal: frm.doc.name, before, after });
		dialog.get_field("result").$wrapper.html(comparison(compared));
	};
	for (const field of ["before", "after"]) dialog.fields_dict[field].df.onchange = show;
	dialog.show();
	show();
}

const CHANGE_COLOURS = { Added: "green", Removed: "red", Changed: "orange" };

function comparison({ lines, facts, before, after }) {
	const amount = (value) => (value === null ? "—" : money(value));
	const rows = [
		...lines.map(
			(row) => `<tr><td>${__(row.kind)}</td><td>${frappe.utils.escape_html(row.description)}</td>
			<td class="text-right">${amount(row.before)}</td><td class="text-right">${amount(row.after)}</td>
			<td>${row.change === "Same" ? "" : `<span class="indicator-pill ${CHANGE_COLOURS[row.change]}">${__(row.change)}</span>`}</td></tr>`
		),
		...facts.map(
			(row) => `<tr><td colspan="2"><b>${__(row.label)}</b></td><td class="text-right">${frappe.utils.escape_html(row.before)}</td>
			<td class="text-right">${frappe.utils.escape_html(row.after)}</td><td><span class="indicator-pill orange">${__("Changed")}</span></td></tr>`
		),
	];
	return table([__("Kind"), __("Description"), [__("Version {0}", [before])], [__("Version {0}", [after])], ""], rows);
}

// Money

function record_payment(frm, kind) {
	const { doc } = frm;
	const deposit_left = flt(doc.agreed_deposit) - flt(doc.paid_amount);
	const is_deposit = doc.status === "Quoted" && deposit_left > 0;
	const kinds = kind ? [kind] : doc.status === "Delivered" ? ["Payment"] : ["Deposit", "Payment"];
	crm4s.forms.ask(
		kind ? __("Pay Back") : __("Record Payment"),
		[
			{ fieldname: "kind", fieldtype: "Select", label: __("Kind"), options: crm4s.forms.choices(kinds), default: kind || (is_deposit ? "Deposit" : "Payment"), reqd: 1 },
			{
				fieldname: "amount",
				fieldtype: "Currency",
				label: __("Amount"),
				default: kind ? doc.refund_due || doc.paid_amount : is_deposit ? deposit_left : doc.balance_due,
				reqd: 1,
			},
			{ fieldname: "method", fieldtype: "Select", label: __("Paid By"), options: crm4s.forms.options_of("C4S Deal Payment", "method"), default: "Bank Transfer", reqd: 1 },
			{ fieldname: "paid_on", fieldtype: "Datetime", label: __("Paid On"), default: frappe.datetime.now_datetime(), reqd: 1 },
			{ fieldname: "reference", fieldtype: "Data", label: __("Reference"), description: __("Number of the receipt or of the transfer.") },
			{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") },
		],
		__("Record"),
		(values) => act(frm, "record_payment", values)
	);
}

function allow_balance(frm) {
	crm4s.forms.ask(
		__("Allow Unpaid Delivery"),
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("{0} are still due.", [money(frm.doc.balance_due)]) }],
		__("Allow"),
		(values) => act(frm, "allow_balance", values)
	);
}

function add_service(frm) {
	crm4s.forms.ask(
		__("Add Service"),
		[
			{ fieldname: "kind", fieldtype: "Link", options: "C4S Deal Service Kind", label: __("Kind"), reqd: 1, get_query: () => ({ filters: { enabled: 1 } }) },
			{ fieldname: "provider", fieldtype: "Data", label: __("Provider") },
			{ fieldname: "charged_amount", fieldtype: "Currency", label: __("Charged to the Customer") },
			{ fieldname: "due_on", fieldtype: "Date", label: __("Due On"), description: __("Empty means the usual days of the kind.") },
			{ fieldname: "responsible", fieldtype: "Link", options: "User", label: __("Responsible"), default: frm.doc.sales_consultant },
			{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") },
		],
		__("Add"),
		async (values) => {
			if (frm.is_dirty()) await frm.save();
			await frappe.db.insert({ doctype: "C4S Deal Service", deal: frm.doc.name, ...values });
			await frm.reload_doc();
		}
	);
}

// Car

async function allocate_car(frm) {
	if (frm.is_dirty()) await frm.save();
	const cars = await frappe.xcall(ACTIONS + "cars_to_allocate", { deal: frm.doc.name });
	const dialog = crm4s.forms.ask(
		__("Allocate Car"),
		[
			{ fieldname: "cars", fieldtype: "HTML" },
			{ fieldname: "vin", fieldtype: "Data", label: __("VIN"), description: __("Tap a car above, or enter its VIN.") },
		],
		__("Allocate"),
		(values) => act(frm, "allocate", values)
	);
	const wrapper = dialog.get_field("cars").$wrapper.html(
		cars.length ? cars.map(car_card).join("") : `<p class="text-muted">${__("No such car is in stock at this store.")}</p>`
	);
	wrapper.on("click", "[data-vin]", ({ currentTarget }) => {
		wrapper.find("[data-vin]").css("border-color", "");
		$(currentTarget).css("border-color", "var(--primary)");
		dialog.set_value("vin", currentTarget.dataset.vin);
	});
}

function car_card(car) {
	const text = (value) => frappe.utils.escape_html(value || "");
	const days = car.in_stock_since ? __("{0} days in stock", [frappe.datetime.get_diff(frappe.datetime.get_today(), car.in_stock_since)]) : "";
	const facts = [car.exterior_colour, car.interior_colour, car.stock_location].filter(Boolean).map(text).join(" · ");
	return `<div class="frappe-card p-2 mb-2" style="cursor: pointer; border: 2px solid var(--gray-300)" data-vin="${text(car.vin)}" role="button" tabindex="0">
		<b>${text(car.vin)}</b><div class="small text-muted">${[facts, days].filter(Boolean).join(" · ")}</div></div>`;
}

function release_car(frm) {
	crm4s.forms.ask(
		__("Release Car"),
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("Its checklists are begun anew with another car.") }],
		__("Release"),
		(values) => act(frm, "release_car", values)
	);
}

// Waiting

function move_promise(frm) {
	crm4s.forms.ask(
		__("Move Promise"),
		[
			{ fieldname: "promised_on", fieldtype: "Date", label: __("Promised On"), reqd: 1, default: frm.doc.promised_on },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{ fieldname: "customer_informed", fieldtype: "Check", label: __("Customer Informed") },
		],
		__("Move Promise"),
		(values) => act(frm, "move_promise", values)
	);
}

async function log_care(frm) {
	crm4s.forms.ask(__("Log Care"), await crm4s.deals.care_fields(), __("Save"), (values) => act(frm, "log_care", values));
}

async function log_follow_up(frm) {
	const fields = [await crm4s.forms.whom_to_call(frm), ...(await crm4s.deals.follow_up_fields())];
	crm4s.forms.ask(__("Log Follow-Up"), fields, __("Save"), (values) => act(frm, "log_follow_up", values));
}

function cancel_deal(frm) {
	crm4s.forms.ask(
		__("Cancel Deal"),
		[
			{ fieldname: "reason", fieldtype: "Link", options: "C4S Defeat Reason", label: __("Reason"), reqd: 1 },
			{ fieldname: "note", fieldtype: "Small Text", label: __("Cancellation Note") },
			{
				fieldname: "deposit_handling",
				fieldtype: "Select",
				label: __("Deposit"),
				options: crm4s.forms.options_of(frm.doctype, "deposit_handling"),
				hidden: frm.doc.paid_amount > 0 ? 0 : 1,
				reqd: frm.doc.paid_amount > 0 ? 1 : 0,
			},
		],
		__("Cancel Deal"),
		(values) => act(frm, "cancel", values)
	);
}

// Checklists

async function fill_checklist(frm, kind) {
	await act(frm, "begin_checklist", { kind });
	const prefix = kind === "PDI" ? "pdi" : "delivery";
	const rows = frm.doc[`${prefix}_items`].map((row) => ({ ...row }));
	const dialog = crm4s.forms.ask(
		kind === "PDI" ? __("PDI Checklist") : __("Delivery Checklist"),
		[
			{ fieldname: "rows", fieldtype: "HTML" },
			{ fieldname: "signature", fieldtype: "Signature", label: kind === "PDI" ? __("Technician's Signature") : __("Customer's Signature") },
		],
		__("Save"),
		async ({ signature }) => {
			const results = rows.map(({ name, result, remark, photo }) => ({ name, result: result || "", remark, photo }));
			await act(frm, "fill_checklist", { kind, results, signature });
			if (!signature) frappe.show_alert({ message: __("Saved; it is done when it is signed."), indicator: "orange" });
		},
		{ size: "large" }
	);
	const { $wrapper } = dialog.get_field("rows");
	const draw = crm4s.forms.checklist($wrapper, rows, { finding: remark_of, beside: photo_of });
	$wrapper.on("click", "[data-photo]", ({ currentTarget }) => take_photo(frm, rows[currentTarget.dataset.photo], draw));
}

function remark_of(row, position) {
	if (row.result !== "Not OK" && !row.remark) return "";
	return `<input class="form-control form-control-sm mt-1" data-row="${position}" data-field="remark" placeholder="${__("What is not OK?")}"
		value="${frappe.utils.escape_html(row.remark || "")}">`;
}

function photo_of(row, position) {
	return row.photo
		? `<a class="small" href="${frappe.utils.escape_html(row.photo)}" target="_blank">${__("Photo")}</a>`
		: `<a class="small text-muted" data-photo="${position}">${__("Add Photo")}</a>`;
}

function take_photo(frm, row, draw) {
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.doc.name,
		restrictions: { allowed_file_types: ["image/*"] },
		on_success(file) {
			row.photo = file.file_url;
			draw();
		},
	});
}
