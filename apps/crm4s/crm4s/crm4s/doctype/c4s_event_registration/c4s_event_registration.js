const EVENTS = "crm4s.campaigns.api.";

frappe.ui.form.on("C4S Event Registration", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("campaign", () => ({ filters: { has_registrations: 1, status: ["in", ["Ready to Start", "Running", "Paused"]] } }));
	},

	refresh(frm) {
		if (frm.is_new() || crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		const { doc } = frm;
		const act = (method, values = {}) => crm4s.forms.act(frm, EVENTS + method, { registration: doc.name, ...values });
		if (["Registered", "No-Show"].includes(doc.status)) {
			frm.add_custom_button(__("Check In"), () => act("check_in")).removeClass("btn-default").addClass("btn-primary-light");
		}
		if (doc.status === "Attended") frm.add_custom_button(__("Undo Check-In"), () => act("undo_check_in"));
		if (["Registered", "Waiting for a Place", "No-Show"].includes(doc.status)) {
			frm.add_custom_button(__("Cancel Registration"), () =>
				crm4s.forms.ask(
					__("Cancel Registration"),
					[{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") }],
					__("Cancel Registration"),
					(values) => act("cancel_registration", values)
				)
			);
		}
	},
});
