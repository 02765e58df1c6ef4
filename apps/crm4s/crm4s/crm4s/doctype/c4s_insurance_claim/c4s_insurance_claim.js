const CLAIM_ACTIONS = "crm4s.insurance.actions.";
const STAGES = ["Reported", "Surveyed", "Assessed", "In Repair", "Submitted", "Paid Out"];
const ENDED_UNPAID = ["Claim Rejected", "Withdrawn"];

frappe.ui.form.on("C4S Insurance Claim", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("handler", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("insurer", () => ({ filters: { enabled: 1 } }));
		frm.set_query("part", "losses", () => ({ filters: { enabled: 1 } }));
		frm.set_query("policy", () => ({ filters: frm.doc.vehicle ? { vehicle: frm.doc.vehicle } : {} }));
	},

	refresh(frm) {
		frm.get_field("steps").$wrapper.empty();
		if (frm.is_new()) return;
		show_steps(frm);
		if (frm.perm[0]?.write && !crm4s.own_store.is_shared(frm)) add_buttons(frm);
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},

	responsibility(frm) {
		frm.set_value("own_share", 0);
	},
});

frappe.ui.form.on("C4S Claim Loss", {
	part(frm, cdt, cdn) {
		if (locals[cdt][cdn].part) frappe.model.set_value(cdt, cdn, "item_kind", "Part");
	},
	asked_amount: show_totals,
	assessed_amount: show_totals,
	losses_remove: show_totals,
});

// A preview while typing: what counts is worked out when the claim is saved.
function show_totals(frm) {
	for (const [total, column] of [["asked_total", "asked_amount"], ["assessed_total", "assessed_amount"]]) {
		frm.doc[total] = flt((frm.doc.losses || []).reduce((sum, row) => sum + flt(row[column]), 0), 2);
		frm.refresh_field(total);
	}
}

function show_steps(frm) {
	const { doc } = frm;
	const reached = STAGES.indexOf(ENDED_UNPAID.includes(doc.status) ? doc.ended_from : doc.status);
	const steps = STAGES.filter((stage) => stage !== "In Repair" || doc.service_visit || reached < STAGES.indexOf(stage)).map((stage) => [
		__(stage),
		STAGES.indexOf(stage) <= reached,
	]);
	const notes = [];
	const late = doc.due_on && doc.due_on < frappe.datetime.get_today();
	if (doc.due_on) {
		const text = late ? __("Next step due since {0}", [frappe.datetime.str_to_user(doc.due_on)]) : __("Next step due on {0}", [frappe.datetime.str_to_user(doc.due_on)]);
		notes.push(`<span class="${late ? "text-danger" : "text-muted"}">${text}</span>`);
	}
	if (doc.documents_missing && reached >= STAGES.indexOf("Assessed")) notes.push(`<span class="text-danger">${__("{0} documents are missing.", [doc.documents_missing])}</span>`);
	if (doc.difference_amount > 0) {
		notes.push(`<span class="text-danger">${__("The repair is {0} more than what was granted; ask for a supplement, or charge the customer.", [format_currency(doc.difference_amount)])}</span>`);
	}
	if (ENDED_UNPAID.includes(doc.status)) notes.push(`<span class="text-danger">${__(doc.status)}: ${frappe.utils.escape_html(doc.end_reason || "")}</span>`);
	const lines = notes.map((note) => `<div class="small mb-1">${note}</div>`).join("");
	frm.get_field("steps").$wrapper.html(crm4s.forms.step_strip(steps, ENDED_UNPAID.includes(doc.status)) + lines);
}

function add_buttons(frm) {
	const { status } = frm.doc;
	const next = {
		Reported: [__("Surveyed"), ask_survey],
		Surveyed: [__("Assessed"), ask_assessment],
		Assessed: [__("Begin Repair"), ask_repair],
		"In Repair": [__("Submit Documents"), submit_documents],
		Submitted: [__("Paid Out"), ask_payment],
	}[status];
	if (next) frm.add_custom_button(next[0], () => saved(frm, next[1])).addClass("btn-primary-light");
	if (status === "Assessed") frm.add_custom_button(__("Submit without Repair"), () => saved(frm, submit_documents), __("More"));
	if (["Assessed", "In Repair"].includes(status)) frm.add_custom_button(__("Supplement"), () => saved(frm, ask_supplement));
	if (frm.doc.documents?.some((row) => row.document_state === "Missing")) frm.add_custom_button(__("Documents"), () => saved(frm, ask_documents));
	if (!ENDED_UNPAID.includes(status)) frm.add_custom_button(__("Add Photo"), () => saved(frm, add_photo));
	if (next) {
		for (const ended of ENDED_UNPAID) frm.add_custom_button(__(ended), () => saved(frm, () => ask_end(frm, ended)), __("More"));
	}
	if (ENDED_UNPAID.includes(status)) frm.add_custom_button(__("Open Again"), () => saved(frm, ask_reopen));
}

// What was typed into the form counts for the step.
async function saved(frm, step) {
	if (frm.is_dirty()) await frm.save();
	if (!frm.is_dirty()) step(frm);
}

async function run(frm, action, values = {}) {
	const answer = await frappe.xcall(CLAIM_ACTIONS + action, { claim: frm.doc.name, ...values });
	await frm.reload_doc();
	return answer;
}

function ask_survey(frm) {
	const { doc } = frm;
	const fields = [
		{ fieldname: "report_number", fieldtype: "Data", label: __("Report Number"), default: doc.report_number, reqd: 1 },
		{ fieldname: "surveyor", fieldtype: "Data", label: __("Surveyor"), default: doc.surveyor, reqd: 1 },
		{ fieldname: "surveyed_on", fieldtype: "Datetime", label: __("Surveyed On"), default: doc.surveyed_on || frappe.datetime.now_datetime(), reqd: 1 },
		{ fieldname: "survey_way", fieldtype: "Select", label: __("Way of the Survey"), options: crm4s.forms.options_of(doc.doctype, "survey_way"), default: doc.survey_way },
		{ fieldname: "survey_note", fieldtype: "Small Text", label: __("What Was Found"), default: doc.survey_note },
	];
	crm4s.forms.ask(__("Survey of the Damage"), fields, __("Surveyed"), (values) => run(frm, "survey", values));
}

function ask_assessment(frm) {
	const { doc } = frm;
	const fields = [
		{ fieldtype: "HTML", options: `<p>${__("Granted in Total")}: <b>${format_currency(doc.assessed_total)}</b></p>` },
		{ fieldname: "assessor", fieldtype: "Data", label: __("Assessor"), default: doc.assessor || doc.surveyor },
		{ fieldname: "assessed_on", fieldtype: "Datetime", label: __("Assessed On"), default: doc.assessed_on || frappe.datetime.now_datetime(), reqd: 1 },
	];
	crm4s.forms.ask(__("Assessment of the Loss"), fields, __("Assessed"), (values) => run(frm, "assess", values));
}

function ask_supplement(frm) {
	const fields = [
		{ fieldname: "item_kind", fieldtype: "Select", label: __("Item Kind"), options: crm4s.forms.choices(["Part", "Labour", "Other"]), default: "Part", reqd: 1 },
		{ fieldname: "part", fieldtype: "Link", label: __("Part"), options: "C4S Part", depends_on: "eval:doc.item_kind === 'Part'" },
		{ fieldname: "item_name", fieldtype: "Data", label: __("Item Name"), reqd: 1 },
		{ fieldname: "quantity", fieldtype: "Float", label: __("Quantity"), default: 1, reqd: 1 },
		{ fieldname: "asked_amount", fieldtype: "Currency", label: __("Amount Asked") },
		{ fieldname: "assessed_amount", fieldtype: "Currency", label: __("Amount Granted"), reqd: 1 },
		{ fieldname: "remark", fieldtype: "Data", label: __("Remark") },
	];
	crm4s.forms.ask(__("Supplement"), fields, __("Add"), (values) => run(frm, "supplement", values));
}

function ask_repair(frm) {
	const { vehicle, dealership } = frm.doc;
	const fields = [
		{
			fieldname: "service_visit",
			fieldtype: "Link",
			label: __("Repair Visit"),
			options: "C4S Service Visit",
			description: __("Left empty, a new visit is opened with what was granted."),
			get_query: () => ({ filters: { vehicle, dealership, status: ["!=", "Cancelled"] } }),
		},
	];
	crm4s.forms.ask(__("Begin Repair"), fields, __("Begin Repair"), async (values) => {
		const visit = await run(frm, "begin_repair", values);
		frappe.set_route("Form", "C4S Service Visit", visit);
	});
}

function ask_documents(frm) {
	const missing = frm.doc.documents.filter((row) => row.document_state === "Missing");
	const options = missing.map(({ name, item, mandatory }) => ({ value: name, label: frappe.utils.escape_html(item) + (mandatory ? " *" : "") }));
	const fields = [{ fieldname: "documents", fieldtype: "MultiCheck", label: __("Received"), options, columns: 1 }];
	crm4s.forms.ask(__("Documents"), fields, __("Received"), ({ documents }) => run(frm, "receive_documents", { documents }));
}

function submit_documents(frm) {
	const fields = [{ fieldname: "submitted_on", fieldtype: "Datetime", label: __("Submitted On"), default: frappe.datetime.now_datetime(), reqd: 1 }];
	crm4s.forms.ask(__("Submit Documents"), fields, __("Submit Documents"), (values) => run(frm, "submit_documents", values));
}

function ask_payment(frm) {
	const { doc } = frm;
	const fields = [
		{ fieldname: "paid_amount", fieldtype: "Currency", label: __("Amount Paid"), default: doc.assessed_total, reqd: 1 },
		{ fieldname: "paid_on", fieldtype: "Date", label: __("Paid On"), default: frappe.datetime.get_today(), reqd: 1 },
		{ fieldname: "paid_to", fieldtype: "Select", label: __("Paid To"), options: crm4s.forms.options_of(doc.doctype, "paid_to"), default: "Store", reqd: 1 },
	];
	crm4s.forms.ask(__("Payment"), fields, __("Paid Out"), (values) => run(frm, "settle", values));
}

function ask_end(frm, status) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	crm4s.forms.ask(__(status), fields, __(status), (values) => run(frm, "end", { status, ...values }));
}

function ask_reopen(frm) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	crm4s.forms.ask(__("Open Again"), fields, __("Open Again"), (values) => run(frm, "reopen", values));
}

async function add_photo(frm) {
	const content = await crm4s.service.photo_from_device();
	if (content) await run(frm, "add_photo", { content });
}
