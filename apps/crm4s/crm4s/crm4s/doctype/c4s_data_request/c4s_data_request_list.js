frappe.listview_settings["C4S Data Request"] = {
	add_fields: ["due_on", "status"],
	get_indicator(doc) {
		if (doc.status === "Open" && doc.due_on && doc.due_on < frappe.datetime.get_today()) return [__("Overdue"), "red", `status,=,Open|due_on,<,${frappe.datetime.get_today()}`];
		const colours = { Open: "orange", "Under Way": "blue", Done: "green", Failed: "red", Refused: "red", "Taken Back": "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	// As the main button, which stays beside the title on a phone; the list takes it away each time it is drawn.
	refresh(list) {
		if (frappe.boot.user.in_create?.includes("C4S Data Request")) list.page.set_primary_action(__("New Case"), find_person, "add");
	},
};

function find_person() {
	frappe.prompt(
		{ fieldname: "text", fieldtype: "Data", label: __("Phone, document number, VIN, e-mail or number of the file"), reqd: 1 },
		async ({ text }) => choose_person(text, await frappe.xcall("crm4s.privacy.rights.find", { text })),
		__("Who Asks?"),
		__("Find")
	);
}

function choose_person(text, found) {
	const living = found.customers.filter((row) => !row.erased);
	const without_file = Object.entries(found.without_file);
	if (!living.length && !without_file.length) {
		frappe.msgprint(__("Nobody is known by this."));
		return;
	}
	const options = living.map((row) => ({ value: row.name, label: `${row.title} · ${row.masked_phone || ""} · ${row.name}` }));
	if (without_file.length) options.push({ value: "", label: `${__("Without a file")}: ${without_file.map(([label, count]) => `${label} ${count}`).join(", ")}` });
	open_case(text, options);
}

function open_case(text, options) {
	const dialog = new frappe.ui.Dialog({
		title: __("New Case"),
		fields: [
			{ fieldname: "customer", fieldtype: "Select", label: __("Customer"), options, default: options[0].value, reqd: options[0].value ? 1 : 0 },
			{ fieldname: "kind", fieldtype: "Select", label: __("Kind"), options: ["Access", "Correction", "Export", "Erasure"].map((value) => ({ value, label: __(value) })), default: "Access", reqd: 1 },
			{ fieldname: "channel", fieldtype: "Select", label: __("Came By"), options: ["Phone", "Paper", "E-Mail", "In Person"].map((value) => ({ value, label: __(value) })), default: "Phone", reqd: 1 },
			{ fieldname: "received_on", fieldtype: "Date", label: __("Received On"), default: frappe.datetime.get_today(), reqd: 1 },
			{ fieldname: "identity_checked", fieldtype: "Small Text", label: __("How the Identity Was Checked"), reqd: 1 },
			{ fieldname: "words", fieldtype: "Small Text", label: __("Customer's Words") },
			...wished_fields(),
		],
		primary_action_label: __("Open Case"),
		primary_action: async (values) => {
			const name = await frappe.xcall("crm4s.privacy.rights.open_case", case_of(text, values));
			dialog.hide();
			frappe.set_route("Form", "C4S Data Request", name);
		},
	});
	dialog.show();
}

const WISHED = { customer_name: "Customer Name", birthday: "Birthday", identity_document_type: "Document Type", identity_number: "Document Number", primary_phone: "Primary Phone", email: "E-mail" };

function wished_fields() {
	const kinds = frappe.meta.get_docfield("C4S Customer", "identity_document_type")?.options;
	return Object.entries(WISHED).map(([fieldname, label]) => ({
		fieldname: `wished_${fieldname}`,
		fieldtype: fieldname === "birthday" ? "Date" : fieldname === "identity_document_type" && kinds ? "Select" : "Data",
		options: fieldname === "identity_document_type" ? kinds : undefined,
		label: `${__("Wished")}: ${__(label)}`,
		depends_on: "eval: doc.kind === 'Correction'",
	}));
}

function case_of(text, values) {
	const wished = Object.fromEntries(Object.keys(WISHED).map((field) => [field, values[`wished_${field}`]]).filter(([, value]) => value));
	const { kind, channel, received_on, identity_checked, words } = values;
	return { kind, channel, received_on, identity_checked, words: words || "", wished: JSON.stringify(wished), ...(values.customer ? { customer: values.customer } : { phone: text }) };
}
