frappe.ui.form.on("C4S Improvement Action", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("responsible", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		const { status } = frm.doc;
		if (status === "Open")
			frm.add_custom_button(__("It Is Done"), () =>
				step(frm, "Done", __("It Is Done"), [
					{ fieldname: "what_was_done", fieldtype: "Small Text", label: __("What Was Done"), reqd: 1, default: frm.doc.what_was_done },
					{ fieldname: "check_on", fieldtype: "Date", label: __("Check the Effect On"), default: frappe.datetime.add_days(frappe.datetime.get_today(), 30) },
				])
			);
		if (status === "Open")
			frm.add_custom_button(__("Cancel Action"), () =>
				step(frm, "Cancelled", __("Cancel Action"), [{ fieldname: "cancel_reason", fieldtype: "Small Text", label: __("Why It Was Cancelled"), reqd: 1 }])
			);
		if (status === "Done")
			frm.add_custom_button(__("Did It Help?"), () =>
				step(frm, "Checked", __("Did It Help?"), [
					{ fieldname: "effect", fieldtype: "Select", label: __("Effect"), options: ["Effective", "Partly Effective", "Not Effective"].map((value) => ({ value, label: __(value) })), reqd: 1 },
					{ fieldname: "effect_note", fieldtype: "Small Text", label: __("How One Sees It") },
				])
			);
		if (status !== "Open") frm.add_custom_button(__("Take Up Again"), () => save_as(frm, "Open", {}));
	},
});

function step(frm, status, title, fields) {
	crm4s.forms.ask(title, fields, __("Save"), (values) => save_as(frm, status, values));
}

async function save_as(frm, status, values) {
	await frm.set_value({ ...values, status });
	await frm.save();
}
