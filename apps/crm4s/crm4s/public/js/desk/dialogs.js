// Dialogs that several forms and pages open alike.
frappe.provide("crm4s.forms");

// The dialog stays open with what was typed while `run(values)` is refused: it throws, or resolves to false.
crm4s.forms.ask = (title, fields, label, run, more = {}) => {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		...more,
		primary_action_label: label,
		async primary_action(values) {
			dialog.disable_primary_action();
			try {
				if ((await run(values)) !== false) dialog.hide();
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
	return dialog;
};

// Resolves to what was entered, or to null when the dialog is closed without.
crm4s.forms.answer_to = (title, fields, label, more = {}) =>
	new Promise((resolve) => {
		let answer = null;
		const take = (values) => {
			answer = values;
		};
		crm4s.forms.ask(title, fields, label, take, { ...more, on_hide: () => resolve(answer) });
	});

// Resolves to true once `save(values)` went well, to false when the dialog is closed without.
crm4s.forms.ask_until_saved = (title, fields, label, save, more = {}) =>
	new Promise((resolve) => {
		const run = async (values) => {
			await save(values);
			resolve(true);
		};
		crm4s.forms.ask(title, fields, label, run, { ...more, on_hide: () => resolve(false) });
	});

// Saves what was typed into a form, calls a method of its document, and shows the document as it is then; resolves to the answer.
crm4s.forms.act = async (frm, method, values) => {
	if (frm.is_dirty()) await frm.save();
	const answer = await frappe.xcall(method, values);
	await frm.reload_doc();
	return answer;
};

// The values of a Select field of a document type, translated, for the Select of a dialog.
crm4s.forms.options_of = (doctype, fieldname) => {
	const { options } = frappe.meta.get_docfield(doctype, fieldname) || {};
	return crm4s.forms.choices((options || "").split("\n").filter(Boolean));
};

crm4s.forms.choices = (values) => values.map((value) => ({ value, label: __(value) }));

// Those who call customers after a delivery or a service.
crm4s.forms.may_call = () =>
	["C4S Customer Service Representative", "C4S CRM Specialist", "C4S CRM Manager"].some((role) => frappe.user.has_role(role));

// How the call some days after a delivery or a service went: `outcomes` as options, `note` the field for what was said.
// Whoever was not reached stays on the list.
crm4s.forms.follow_up_fields = (outcomes, note) => [
	{ fieldname: "outcome", fieldtype: "Select", label: __("Outcome"), options: outcomes, reqd: 1 },
	{
		fieldname: note,
		fieldtype: "Small Text",
		label: __("What the Customer Said"),
		mandatory_depends_on: "eval:doc.outcome && doc.outcome !== 'Not Reached'",
	},
	{
		fieldname: "next_call_on",
		fieldtype: "Date",
		label: __("Next Call On"),
		description: __("Empty means tomorrow."),
		depends_on: "eval:doc.outcome === 'Not Reached'",
	},
];

// A field of a dialog that says whom to call, with the number to tap.
crm4s.forms.whom_to_call = async (frm) => {
	const { message: customer } = await frappe.db.get_value("C4S Customer", frm.doc.customer, ["customer_name", "primary_phone"]);
	const escaped = frappe.utils.escape_html;
	const phone = escaped(customer?.primary_phone || "");
	const name = escaped(customer?.customer_name || frm.doc.title);
	return { fieldname: "who", fieldtype: "HTML", options: `<p>${name} ${phone ? `<a href="tel:${phone}">${phone}</a>` : ""}</p>` };
};
