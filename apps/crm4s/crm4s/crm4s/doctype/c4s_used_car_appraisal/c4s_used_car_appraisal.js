const APPRAISAL_ACTIONS = "crm4s.crm4s.doctype.c4s_used_car_appraisal.actions.";

frappe.ui.form.on("C4S Used Car Appraisal", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("appraiser", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("model", () => ({ filters: { enabled: 1 } }));
		frm.set_query("lead", () => ({ filters: { dealership: frm.doc.dealership } }));
	},

	refresh(frm) {
		close_what_was_told(frm);
		frm.get_field("both_sides").$wrapper.empty();
		if (frm.is_new()) return;
		show_panels(frm);
		if (crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		add_buttons(frm);
	},

	lead(frm) {
		crm4s.forms.take_over(frm, "lead", ["customer", "dealership"]);
	},

	market_value: show_worked_out,
	reconditioning_estimate: show_worked_out,
	margin_wanted: show_worked_out,
});

frappe.ui.form.on("C4S Appraisal Point", {
	deduction_amount(frm, doctype, name) {
		const row = locals[doctype][name];
		if (row.deduction_amount && row.result !== "Not OK") frappe.model.set_value(doctype, name, "result", "Not OK");
		show_worked_out(frm);
	},
	points_remove: show_worked_out,
});

// A preview while typing: what counts is worked out when the appraisal is saved.
function show_worked_out(frm) {
	const { doc } = frm;
	doc.deductions_amount = (doc.points || []).reduce((sum, row) => sum + flt(row.deduction_amount), 0);
	if (flt(doc.margin_wanted)) {
		const rest = flt(doc.market_value) - doc.deductions_amount - flt(doc.reconditioning_estimate) - flt(doc.margin_wanted);
		doc.computed_offer = Math.max(Math.floor(rest / 10) * 10, 0);
		frm.refresh_field("computed_offer");
	}
	frm.refresh_field("deductions_amount");
}

function close_what_was_told(frm) {
	const { status } = frm.doc;
	const told = [
		"customer", "dealership", "vehicle", "vin", "model", "odometer", "market_value", "reconditioning_estimate", "margin_wanted",
		"offer_amount", "subsidy_amount", "offer_valid_until", "points",
	];
	frm.toggle_enable(told, !["Offered", "Accepted", "Bought"].includes(status));
	frm.toggle_enable("documents", status !== "Bought");
}

async function show_panels(frm) {
	const name = frm.doc.name;
	const { deal, missing, car } = await frappe.xcall(APPRAISAL_ACTIONS + "panels", { appraisal: name });
	if (frm.doc.name !== name) return;
	if (car) show_car(frm, car);
	const parts = [];
	if (deal) parts.push(both_sides(frm.doc, deal));
	if (missing.length) {
		parts.push(`<details class="small text-muted mb-3"><summary>${__("What the purchase waits for ({0})", [missing.length])}</summary>
			<ul class="mb-0 pl-4">${missing.map((sentence) => `<li>${sentence}</li>`).join("")}</ul></details>`);
	}
	frm.get_field("both_sides").$wrapper.html(parts.join(""));
}

function show_car(frm, car) {
	const days = car.in_stock_since ? frappe.datetime.get_diff(frappe.datetime.get_today(), car.in_stock_since) : null;
	const place = days === null ? __(car.status) : `${__(car.status)} · ${__("{0} days in stock", [days])}`;
	frm.set_intro(`${__("The car is now: {0}", [place])}`, car.status === "Used Stock" ? "green" : "blue");
	if (car.status === "Traded In" && frm.perm[0]?.write && !crm4s.own_store.is_shared(frm)) {
		frm.add_custom_button(__("Take Into Used Stock"), () => act(frm, "take_into_stock"));
	}
}

function both_sides(doc, deal) {
	const fact = (label, value) =>
		`<div class="col-6 col-md-3 mb-2"><div class="small text-muted">${label}</div><div>${value}</div></div>`;
	const price = (value) => format_currency(value || 0);
	return `<div class="frappe-card p-3 mb-3">
		<div class="mb-2"><b>${__("Taken in payment by")}</b>
			<a href="/app/c4s-deal/${encodeURIComponent(deal.name)}">${frappe.utils.escape_html(deal.title || deal.name)}</a>
			<span class="indicator-pill blue ml-2">${__(deal.status)}</span></div>
		<div class="row">
			${fact(__("Price of the New Car"), price(deal.price_amount))}
			${fact(__("Trade-In Value"), "− " + price(deal.trade_in_value))}
			${fact(__("Replacement Subsidy"), "− " + price(deal.trade_in_subsidy))}
			${fact(__("To Pay"), `<b>${price(deal.total_amount)}</b>`)}
		</div></div>`;
}

function add_buttons(frm) {
	const { doc } = frm;
	const add = (label, run, primary) => {
		const button = frm.add_custom_button(label, run);
		if (primary) button.removeClass("btn-default").addClass("btn-primary");
	};
	const is_manager = frappe.perm.has_perm(frm.doctype, 1, "write");
	if (doc.needs_approval && is_manager) add(__("Approve Offer"), () => act(frm, "approve_offer"), true);
	if (doc.status === "Draft") {
		add(__("Walk Round"), () => walk_round(frm));
		add(__("Take Photo"), () => add_photo(frm));
	}
	if (doc.status === "Draft") add(__("Make Offer"), () => make_offer(frm, __("Make Offer")), !doc.needs_approval);
	if (doc.status === "Offered") {
		add(__("Customer Accepts"), () => act(frm, "accept"), true);
		add(__("Change Offer"), () => act(frm, "change_offer"));
	}
	if (["Expired", "Refused"].includes(doc.status)) {
		add(__("Renew Offer"), () => make_offer(frm, __("Renew Offer")), true);
		add(__("Change Offer"), () => act(frm, "change_offer"));
	}
	if (doc.status === "Accepted") add(__("Buy Car"), () => buy(frm), true);
	if (["Draft", "Offered", "Accepted", "Expired"].includes(doc.status)) add(__("Refuse"), () => refuse(frm));
	if (doc.status === "Bought" && doc.vehicle && frappe.model.can_create("C4S Reconditioning Job")) {
		add(__("Add Reconditioning"), () => frappe.new_doc("C4S Reconditioning Job", { vehicle: doc.vehicle }), true);
	}
}

async function act(frm, action, values = {}) {
	if (frm.is_dirty()) await frm.save();
	await frappe.xcall(APPRAISAL_ACTIONS + action, { appraisal: frm.doc.name, ...values });
	await frm.reload_doc();
}

function make_offer(frm, label) {
	frappe.prompt(
		[{ fieldname: "offer_valid_until", fieldtype: "Date", label: __("Offer Valid Until"), description: __("Empty means the days of the settings") }],
		(values) => act(frm, "make_offer", values),
		label,
		label
	);
}

function refuse(frm) {
	frappe.prompt(
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Why Refused"), reqd: 1 }],
		(values) => act(frm, "refuse", values),
		__("Refuse"),
		__("Save")
	);
}

function buy(frm) {
	frappe.confirm(
		__("Buy the car for {0}? It comes into the stock of the store, and the owner's time ends.", [format_currency(frm.doc.offer_amount)]),
		() => act(frm, "buy")
	);
}

// Walking round the car with the phone: one point after the other, large enough for a thumb.

function walk_round(frm) {
	const rows = (frm.doc.points || []).map(({ name, section, item, mandatory, result, deduction_amount, remark }) => ({
		name, section, item, mandatory, result, deduction_amount, remark,
	}));
	const save = async () => {
		for (const { name, result, deduction_amount, remark } of rows) {
			const bad = result === "Not OK";
			Object.assign(locals["C4S Appraisal Point"][name], { result, remark, deduction_amount: bad ? flt(deduction_amount) : 0 });
		}
		frm.dirty();
		frm.refresh_field("points");
		await frm.save();
	};
	const dialog = crm4s.forms.ask(__("Walk Round"), [{ fieldname: "rows", fieldtype: "HTML" }], __("Save"), save, { size: "large" });
	crm4s.forms.checklist(dialog.get_field("rows").$wrapper, rows, { finding: deduction_and_remark });
}

function deduction_and_remark(row, position) {
	if (row.result !== "Not OK") return "";
	const text = (value) => frappe.utils.escape_html(String(value ?? ""));
	return `<div class="d-flex mt-1" style="gap: 6px">
		<input class="form-control" type="number" min="0" inputmode="decimal" style="flex: 0 0 110px" data-row="${position}"
			data-field="deduction_amount" placeholder="${__("Deduction")}" value="${text(row.deduction_amount || "")}">
		<input class="form-control" data-row="${position}" data-field="remark" placeholder="${__("Remark")}" value="${text(row.remark)}">
	</div>`;
}

function add_photo(frm) {
	const options = frappe.meta.get_docfield("C4S Appraisal Photo", "area").options.split("\n");
	const values = options.map((value) => ({ value, label: __(value) }));
	frappe.prompt(
		[{ fieldname: "area", fieldtype: "Select", label: __("Area"), options: values, default: options[frm.doc.photos?.length || 0] || "Damage", reqd: 1 }],
		({ area }) => {
			new frappe.ui.FileUploader({
				doctype: frm.doctype,
				docname: frm.doc.name,
				restrictions: { allowed_file_types: ["image/*"] },
				async on_success(file) {
					frm.add_child("photos", { area, image: file.file_url });
					frm.refresh_field("photos");
					await frm.save();
				},
			});
		},
		__("Take Photo"),
		__("Take Photo")
	);
}
