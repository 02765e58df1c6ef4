frappe.ui.form.on("C4S Service Visit", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("service_advisor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("technician", "items", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		frm.toggle_enable(
			["items", "dealership", "customer", "vehicle", "visit_kind"],
			frm.doc.status !== "Settled"
		);
		if (frm.is_new() || !frm.perm[0]?.write) return;
		if (frm.doc.status === "Open") {
			frm.add_custom_button(__("Settle"), () => settle(frm)).addClass("btn-primary-light");
			frm.add_custom_button(__("Cancel Visit"), () =>
				frappe.confirm(__("Cancel this visit?"), () => set_status(frm, "Cancelled"))
			);
		} else {
			frm.add_custom_button(__("Open Again"), () =>
				frappe.confirm(__("Open this visit again, to correct what was settled?"), () =>
					set_status(frm, "Open")
				)
			);
		}
	},

	vehicle(frm) {
		if (!frm.doc.vehicle || frm.doc.customer) return;
		frappe.db.get_value("C4S Vehicle", frm.doc.vehicle, "current_owner").then(({ message }) => {
			if (message?.current_owner && !frm.doc.customer) frm.set_value("customer", message.current_owner);
		});
	},
});

frappe.ui.form.on("C4S Service Item", {
	quantity: show_amount,
	unit_price: show_amount,
	discount_amount: show_amount,
	part(frm, cdt, cdn) {
		if (locals[cdt][cdn].part) frappe.model.set_value(cdt, cdn, "item_kind", "Part");
	},
});

// A preview while typing: what counts is worked out when the visit is saved.
function show_amount(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	frappe.model.set_value(
		cdt,
		cdn,
		"amount",
		flt(flt(row.quantity) * flt(row.unit_price) - flt(row.discount_amount), 2)
	);
}

function set_status(frm, status) {
	return frm.set_value("status", status).then(() => frm.save());
}

function settle(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Settle"),
		fields: [
			{
				fieldname: "settled_on",
				fieldtype: "Datetime",
				label: __("Settled On"),
				default: frappe.datetime.now_datetime(),
				reqd: 1,
			},
			{
				fieldname: "invoice_number",
				fieldtype: "Data",
				label: __("Invoice Number"),
				default: frm.doc.invoice_number,
			},
			{
				fieldname: "next_service_advice",
				fieldtype: "Small Text",
				label: __("Next Service Advice"),
				default: frm.doc.next_service_advice,
			},
		],
		primary_action_label: __("Settle"),
		primary_action(values) {
			dialog.hide();
			frm.set_value({ ...values, status: "Settled" }).then(() => frm.save());
		},
	});
	dialog.show();
}
