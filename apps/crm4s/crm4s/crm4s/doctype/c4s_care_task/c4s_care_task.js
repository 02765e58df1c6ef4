frappe.ui.form.on("C4S Care Task", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("assigned_to", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.status !== "Open" || crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		if (frm.doc.reference_doctype === "C4S Survey Invitation")
			frm.add_custom_button(__("Ask the Questions"), () =>
				crm4s.surveys.show_phone(frm.doc.title, `/survey?ask=${encodeURIComponent(frm.doc.reference_name)}`, () => frm.reload_doc())
			).addClass("btn-primary-light");
		frm.add_custom_button(__("Log Call"), () => log_call(frm));
		frm.add_custom_button(__("Not Needed"), () => cancel(frm));
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},
});

async function log_call(frm) {
	const outcomes = ["Reached", "Call Later", "No Answer", "Refused", "Wrong Number", "Booked"];
	const fields = [
		await crm4s.forms.whom_to_call(frm),
		{ fieldname: "outcome", fieldtype: "Select", label: __("Outcome"), options: crm4s.forms.choices(outcomes), reqd: 1 },
		{ fieldname: "next_call_on", fieldtype: "Datetime", label: __("Next Call On"), depends_on: "eval:['Call Later', 'No Answer'].includes(doc.outcome)", mandatory_depends_on: "eval:doc.outcome === 'Call Later'" },
		{ fieldname: "note", fieldtype: "Small Text", label: __("What the Customer Said") },
	];
	crm4s.forms.ask(__("Log Call"), fields, __("Save"), async ({ outcome, next_call_on, note }) => {
		await frappe.xcall("crm4s.care.api.record", { names: [frm.doc.name], outcome, note, next_call_on });
		frm.reload_doc();
	});
}

function cancel(frm) {
	const fields = [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	crm4s.forms.ask(__("Not Needed"), fields, __("Save"), async ({ reason }) => {
		await frappe.xcall("crm4s.care.api.cancel", { names: [frm.doc.name], reason });
		frm.reload_doc();
	});
}
