const METHODS = "crm4s.crm4s.doctype.c4s_erpnext_settings.c4s_erpnext_settings";
const OF_TABLES = {
	stores: ["company", "warehouse", "car_warehouse", "cost_center", "income_account", "tax_template"],
	payers: ["their_customer"],
	ways: ["mode_of_payment"],
	lead_fields: ["their_field"],
};

frappe.ui.form.on("C4S ERPNext Settings", {
	refresh(frm) {
		frappe.xcall(`${METHODS}.offer`).then((offer) => show(frm, offer));
	},
});

function show(frm, offer) {
	frm.toggle_display(
		frm.meta.fields.map((field) => field.fieldname).filter((name) => name !== "presence"),
		!offer.absent,
	);
	frm.get_field("presence").$wrapper.html(offer.absent ? note(offer.absent) : progress(offer.sync));
	if (offer.absent) return frm.disable_save();
	offer_choices(frm, offer.choices);
	if (!frm.perm[0]?.write) return;
	frm.add_custom_button(__("Make User"), () => call(frm, "make_user").then((user) => frm.set_value("user", user)));
	if (frm.doc.enabled && !offer.sync.running) {
		frm.add_custom_button(__("First Sync"), () => call(frm, "begin_first_sync").then(() => frm.refresh()));
	}
	frm.add_custom_button(__("Doubtful Customers"), () => frappe.set_route("List", "C4S ERPNext Match", { state: "Open" }));
	frm.add_custom_button(__("Refused by ERPNext"), () =>
		frappe.set_route("List", "C4S ERPNext Record", { problem: ["is", "set"] }),
	);
}

function call(frm, method) {
	return frappe.xcall(`${METHODS}.${method}`);
}

function offer_choices(frm, choices) {
	for (const [name, list] of Object.entries(choices)) {
		frm.fields_dict[name]?.set_data?.(list);
	}
	for (const [table, names] of Object.entries(OF_TABLES)) {
		for (const name of names) frm.fields_dict[table].grid.update_docfield_property(name, "options", choices[name]);
	}
}

function progress(sync) {
	if (!Object.keys(sync).length) return note(__("No first sync yet."));
	const said = sync.running ? __("The first sync is under way.") : __("The first sync is done.");
	const numbers = __("{0} customers looked at: {1} found in ERPNext, {2} made there, {3} doubtful, {4} refused.", [
		sync.seen || 0,
		sync.linked || 0,
		sync.made || 0,
		sync.doubtful || 0,
		sync.refused || 0,
	]);
	return note(`${said} ${numbers}`);
}

function note(text) {
	return `<p class="text-muted">${frappe.utils.escape_html(text)}</p>`;
}
