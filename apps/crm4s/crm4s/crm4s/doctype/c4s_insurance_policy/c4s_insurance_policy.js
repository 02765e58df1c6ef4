frappe.ui.form.on("C4S Insurance Policy", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("insurer", () => ({ filters: { enabled: 1 } }));
		frm.set_query("seller", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("coverage", "coverages", () => ({ filters: { enabled: 1, policy_kind: frm.doc.policy_kind } }));
		frm.set_query("deal_service", () => ({ filters: frm.doc.customer ? { customer: frm.doc.customer } : {} }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		const in_force = frm.doc.status === "In Force";
		if (in_force && frappe.model.can_create("C4S Insurance Claim")) {
			frm.add_custom_button(__("New Claim"), () => new_claim(frm));
		}
		if (in_force && !frm.doc.renewed_by && frappe.model.can_create(frm.doctype)) {
			const button = frm.add_custom_button(__("Renew"), () => renew(frm));
			if (days_left(frm) <= 90) button.addClass("btn-primary-light");
		}
		if (in_force) frm.add_custom_button(__("Surrender"), () => surrender(frm));
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},

	async deal_service(frm) {
		if (!frm.doc.deal_service) return;
		const { message: service } = await frappe.db.get_value("C4S Deal Service", frm.doc.deal_service, "deal");
		const { message: deal } = service?.deal ? await frappe.db.get_value("C4S Deal", service.deal, ["customer", "vehicle"]) : {};
		for (const field of ["customer", "vehicle"]) if (deal?.[field] && !frm.doc[field]) await frm.set_value(field, deal[field]);
	},

	// Another kind has other coverages.
	policy_kind(frm) {
		if ((frm.doc.coverages || []).some((row) => row.coverage)) frm.clear_table("coverages");
		frm.refresh_field("coverages");
	},

	valid_from(frm) {
		if (frm.doc.valid_from) frm.set_value("valid_until", null);
	},
});

frappe.ui.form.on("C4S Policy Coverage", {
	premium: show_premium,
	coverages_remove: show_premium,
});

// A preview while typing: what counts is worked out when the policy is saved.
function show_premium(frm) {
	const premium = (frm.doc.coverages || []).reduce((sum, row) => sum + flt(row.premium), 0);
	frm.set_value("premium_total", flt(premium, 2));
}

function days_left(frm) {
	return frappe.datetime.get_day_diff(frm.doc.covered_until, frappe.datetime.get_today());
}

function renew(frm) {
	const { vehicle, customer, insurer, policy_kind, insured_name, dealership, vehicle_tax } = frm.doc;
	const coverages = frm.doc.coverages.map(({ coverage, sum_insured, premium }) => ({ coverage, sum_insured, premium }));
	frappe.new_doc(frm.doctype, {}, (doc) => {
		Object.assign(doc, { vehicle, customer, insurer, policy_kind, insured_name, dealership, vehicle_tax });
		doc.valid_from = frappe.datetime.add_days(frm.doc.covered_until, 1);
		for (const row of coverages) Object.assign(frappe.model.add_child(doc, "C4S Policy Coverage", "coverages"), row);
	});
}

function new_claim(frm) {
	const { vehicle, customer, dealership } = frm.doc;
	frappe.new_doc("C4S Insurance Claim", { vehicle, customer, dealership, policy: frm.doc.name });
}

function surrender(frm) {
	const fields = [
		{
			fieldname: "surrendered_on",
			fieldtype: "Date",
			label: __("Surrendered On"),
			description: __("The first day that is not covered any more."),
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
	];
	crm4s.forms.ask(__("Surrender"), fields, __("Surrender"), async (values) => {
		await frappe.xcall("crm4s.insurance.actions.surrender", { policy: frm.doc.name, ...values });
		frm.reload_doc();
	});
}
