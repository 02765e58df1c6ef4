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
		if (frm.is_new() || !frm.perm[0]?.write) return;
		if (frm.doc.status === "Open") {
			if (!frm.doc.responded_on)
				frm.add_custom_button(__("Customer Was Answered"), () =>
					frm.set_value("responded_on", frappe.datetime.now_datetime()).then(() => frm.save())
				);
			frm.add_custom_button(__("Resolve"), () => resolve(frm)).addClass("btn-primary-light");
		} else {
			if (frm.doc.status === "Resolved")
				frm.add_custom_button(__("Close"), () => close_with_rating(frm)).addClass(
					"btn-primary-light"
				);
			frm.add_custom_button(__("Open Again"), () => set_values(frm, { status: "Open" }));
		}
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

function set_values(frm, values) {
	return frm.set_value(values).then(() => frm.save());
}

function resolve(frm) {
	const outcomes = frappe.meta.get_docfield("C4S Complaint", "outcome").options;
	const dialog = new frappe.ui.Dialog({
		title: __("Resolve"),
		fields: [
			{
				fieldname: "category",
				fieldtype: "Link",
				options: "C4S Complaint Category",
				label: __("Category"),
				default: frm.doc.category,
				reqd: 1,
				get_query: () => ({ filters: { is_group: 0 } }),
			},
			{
				fieldname: "outcome",
				fieldtype: "Select",
				options: outcomes,
				label: __("Outcome"),
				default: frm.doc.outcome,
				reqd: 1,
			},
			{
				fieldname: "compensation_amount",
				fieldtype: "Currency",
				label: __("Compensation Amount"),
				default: frm.doc.compensation_amount,
				depends_on: "eval:doc.outcome === 'Compensate'",
			},
			{
				fieldname: "solution",
				fieldtype: "Small Text",
				label: __("Solution"),
				default: frm.doc.solution,
				reqd: 1,
			},
			{
				fieldname: "root_cause",
				fieldtype: "Small Text",
				label: __("Root Cause"),
				default: frm.doc.root_cause,
			},
			{
				fieldname: "prevention",
				fieldtype: "Small Text",
				label: __("Prevention"),
				default: frm.doc.prevention,
			},
		],
		primary_action_label: __("Resolve"),
		primary_action(values) {
			dialog.hide();
			set_values(frm, { ...values, status: "Resolved" });
		},
	});
	dialog.show();
}

function close_with_rating(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Close"),
		fields: [
			{
				fieldname: "satisfaction",
				fieldtype: "Select",
				label: __("Satisfaction (1–5)"),
				options: ["", "1", "2", "3", "4", "5"],
				description: __(
					"The customer's rating of how the complaint was handled, 5 is best; 0 while nobody asked."
				),
			},
			{ fieldname: "closing_note", fieldtype: "Small Text", label: __("Closing Note") },
		],
		primary_action_label: __("Close"),
		primary_action(values) {
			if (!values.satisfaction && !values.closing_note)
				frappe.throw(
					__("A closed complaint needs the customer's satisfaction, or a closing note that says why there is none.")
				);
			dialog.hide();
			set_values(frm, { ...values, satisfaction: cint(values.satisfaction), status: "Closed" });
		},
	});
	dialog.show();
}
