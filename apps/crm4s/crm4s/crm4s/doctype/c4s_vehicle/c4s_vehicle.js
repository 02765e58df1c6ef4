frappe.ui.form.on("C4S Vehicle", {
	setup(frm) {
		frm.set_query("dealership", () => ({ filters: { is_group: 0 } }));
		frm.set_query("model", () => {
			const filters = { enabled: 1 };
			if (frm.doc.brand && !frm.doc.model) filters.brand = frm.doc.brand;
			return { filters };
		});
		frm.set_query("option", "options", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frappe.model.can_create("C4S Stock Movement")) {
			frm.add_custom_button(__("Stock Movement"), () => ask_movement(frm), __("Record"));
		}
		if (frappe.model.can_create("C4S Odometer Reading")) {
			frm.add_custom_button(__("Odometer Reading"), () => ask_reading(frm), __("Record"));
		}
		show_what_is_due(frm);
	},

	model(frm) {
		if (frm.doc.model) frm.set_value("model_description", null);
	},
});

frappe.ui.form.on("C4S Vehicle Fitted Option", {
	option(frm, doctype, name) {
		// Fetched again: the price of another option is not that of the one before.
		frappe.model.set_value(doctype, name, "price", null);
	},
});

async function ask_movement(frm) {
	const movements = await frappe.xcall(
		"crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement.possible_movements",
		{ vehicle: frm.doc.name }
	);
	if (!movements.length) {
		frappe.msgprint(__("No movement is possible for a car that is {0}.", [__(frm.doc.status)]));
		return;
	}
	const fields = [
		{
			fieldname: "movement",
			fieldtype: "Select",
			label: __("Movement"),
			options: movements.map((value) => ({ value, label: __(value) })),
			default: movements[0],
			reqd: 1,
		},
		{
			fieldname: "to_dealership",
			fieldtype: "Link",
			label: __("To Dealership"),
			options: "C4S Dealership",
			get_query: () => ({ filters: { is_group: 0 } }),
			depends_on: 'eval:["Transferred", "Traded In", "Arrived"].includes(doc.movement)',
			mandatory_depends_on: 'eval:doc.movement === "Transferred"',
		},
		{ fieldname: "moved_on", fieldtype: "Datetime", label: __("Moved On"), default: frappe.datetime.now_datetime(), reqd: 1 },
		{ fieldname: "reference", fieldtype: "Data", label: __("Reference") },
		{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") },
	];
	crm4s.forms.ask(__("Stock Movement"), fields, __("Record"), async (values) => {
		await frappe.db.insert({ doctype: "C4S Stock Movement", vehicle: frm.doc.name, ...values });
		frm.reload_doc();
	});
}

function ask_reading(frm) {
	const fields = [
		{
			fieldname: "kilometres",
			fieldtype: "Int",
			label: __("Kilometres"),
			reqd: 1,
			description: frm.doc.odometer_read_on
				? __("Last reading: {0} km on {1}", [frm.doc.odometer, frappe.datetime.str_to_user(frm.doc.odometer_read_on)])
				: "",
		},
		{ fieldname: "read_on", fieldtype: "Datetime", label: __("Read On"), default: frappe.datetime.now_datetime(), reqd: 1 },
		{
			fieldname: "known_from",
			fieldtype: "Select",
			label: __("Known From"),
			options: ["Instrument", "Customer", "Papers"].map((value) => ({ value, label: __(value) })),
			default: "Instrument",
			reqd: 1,
		},
		{ fieldname: "is_reset", fieldtype: "Check", label: __("Instrument Replaced") },
		{
			fieldname: "reset_note",
			fieldtype: "Small Text",
			label: __("Reason"),
			depends_on: "is_reset",
			mandatory_depends_on: "is_reset",
		},
	];
	crm4s.forms.ask(__("Odometer Reading"), fields, __("Record"), async (values) => {
		await frappe.db.insert({ doctype: "C4S Odometer Reading", vehicle: frm.doc.name, ...values });
		frm.reload_doc();
	});
}

function show_what_is_due(frm) {
	const today = frappe.datetime.get_today();
	const due = [
		["next_service_on", __("Service")],
		["insurance_until", __("Insurance")],
		["inspection_due_on", __("Inspection")],
	].filter(([field]) => frm.doc[field] && frm.doc[field] < today);
	for (const [field, label] of due) {
		frm.dashboard.add_indicator(__("{0} due since {1}", [label, frappe.datetime.str_to_user(frm.doc[field])]), "red");
	}
}
