// What follows from a lead: advice, a test drive, a deal; each begins with what the lead knows.
frappe.ui.form.on("C4S Lead", {
	refresh(frm) {
		if (frm.is_new() || crm4s.own_store.is_shared(frm)) return;
		const is_open = frm.doc.status === "Open";
		const offer = (doctype, label, run) => frappe.model.can_create(doctype) && frm.add_custom_button(label, () => run(frm));
		if (is_open) offer("C4S Purchase Advice", __("Purchase Advice"), advise);
		if (is_open) offer("C4S Test Drive", __("Plan Test Drive"), plan_test_drive);
		if (is_open || frm.doc.status === "Won") offer("C4S Deal", __("New Deal"), begin_deal);
	},
});

async function advise(frm) {
	const { doc } = frm;
	await saved(frm);
	begin("C4S Purchase Advice", {
		lead: doc.name,
		customer: doc.customer,
		person_name: doc.lead_name,
		purpose: doc.purpose,
		budget_from: doc.budget_from,
		budget_to: doc.budget,
		dealership: doc.dealership,
	});
}

async function plan_test_drive(frm) {
	const { doc } = frm;
	await saved(frm);
	begin("C4S Test Drive", {
		lead: doc.name,
		driver_name: doc.lead_name,
		phone: doc.phone,
		customer: doc.customer,
		model: doc.interested_model,
		dealership: doc.dealership,
		sales_consultant: doc.sales_consultant,
	});
}

// A deal is with a customer: whoever is none yet becomes one first.
async function begin_deal(frm) {
	await saved(frm);
	if (!frm.doc.customer) {
		const converted = await crm4s.conversion.convert(frm.doctype, frm.docname);
		if (!converted) return;
		await frm.reload_doc();
	}
	const { doc } = frm;
	begin("C4S Deal", {
		lead: doc.name,
		customer: doc.customer,
		model: doc.interested_model,
		payment_method: doc.payment_method,
		purchase_kind: doc.purchase_kind,
		dealership: doc.dealership,
		sales_consultant: doc.sales_consultant,
	});
}

async function saved(frm) {
	if (frm.is_dirty()) await frm.save();
}

// With what is known only: nothing known leaves the field's own default. Frappe's new_doc leaves out fields that are not copied, as the lead.
async function begin(doctype, known) {
	await frappe.model.with_doctype(doctype);
	const fresh = frappe.model.get_new_doc(doctype);
	for (const [field, value] of Object.entries(known)) if (value) fresh[field] = value;
	frappe.set_route("Form", doctype, fresh.name);
}
