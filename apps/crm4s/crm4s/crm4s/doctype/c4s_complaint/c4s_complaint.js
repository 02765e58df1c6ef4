frappe.ui.form.on("C4S Complaint", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("category", () => ({ filters: { is_group: 0 } }));
		frm.set_query("handler", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("service_visit", () => ({
			filters: {
				...(frm.doc.customer && { customer: frm.doc.customer }),
				...(frm.doc.vehicle && { vehicle: frm.doc.vehicle }),
			},
		}));
	},

	refresh(frm) {
		show_deadline(frm);
		if (frm.is_new() || !frm.perm[0]?.write || frm.doc.status !== "Open" || frm.doc.responded_on) return;
		frm.add_custom_button(__("Customer Was Answered"), () =>
			frm.set_value("responded_on", frappe.datetime.now_datetime()).then(() => frm.save())
		);
	},

	service_visit(frm) {
		crm4s.forms.take_over(frm, "service_visit", ["customer", "vehicle", "dealership"]);
	},
});

function show_deadline(frm) {
	if (frm.is_new() || frm.doc.status !== "Open") return;
	const now = frappe.datetime.now_datetime();
	if (frm.doc.resolve_by < now)
		frm.dashboard.set_headline_alert(__("The time to resolve this complaint is over."), "red");
	else if (!frm.doc.responded_on && frm.doc.respond_by < now)
		frm.dashboard.set_headline_alert(__("The customer should have heard from us by now."), "orange");
}
