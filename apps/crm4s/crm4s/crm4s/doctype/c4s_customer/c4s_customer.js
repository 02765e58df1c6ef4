frappe.ui.form.on("C4S Customer", {
	setup(frm) {
		frm.set_query("key_account_manager", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("related_customer", "relations", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
	},

	async before_save(frm) {
		if (frm.is_new() && !frm.doc.dealership) frm.doc.dealership = await store_of_new_customer();
	},

	contract_class(frm) {
		if (!frm.doc.contract_class || frm.doc.agreement_discount_percent) return;
		frappe.db
			.get_value("C4S Contract Class", frm.doc.contract_class, "usual_discount_percent")
			.then(({ message }) => frm.set_value("agreement_discount_percent", message.usual_discount_percent));
	},
});

frappe.ui.form.on("C4S Customer Phone", {
	// Choosing another primary number takes the mark from the one before.
	is_primary(frm, doctype, name) {
		if (!locals[doctype][name].is_primary) return;
		for (const row of frm.doc.phones) {
			if (row.name !== name && row.is_primary) frappe.model.set_value(doctype, row.name, "is_primary", 0);
		}
	},
});

// Whoever works for several stores and has no default one says which takes up the customer; null where the server knows.
async function store_of_new_customer() {
	const nodes = frappe.defaults.get_user_permissions()["C4S Dealership"] || [];
	if (nodes.length < 2) return null;
	const names = nodes.map((row) => row.doc);
	const rows = await frappe.db.get_list("C4S Dealership", {
		fields: ["name"],
		filters: { name: ["in", names], is_group: 0 },
		limit: 0,
	});
	const outlets = rows.map((row) => row.name);
	const has_default = nodes.some((row) => row.is_default && outlets.includes(row.doc));
	return has_default || outlets.length < 2 ? null : ask_for_store(outlets);
}

async function ask_for_store(outlets) {
	const store = {
		fieldname: "dealership",
		fieldtype: "Link",
		label: __("Store"),
		options: "C4S Dealership",
		get_query: () => ({ filters: { name: ["in", outlets] } }),
		reqd: 1,
	};
	const answer = await crm4s.forms.answer_to(__("Which Store Takes Up This Customer?"), [store], __("Save"));
	if (!answer) frappe.validated = false;
	return answer?.dealership;
}
