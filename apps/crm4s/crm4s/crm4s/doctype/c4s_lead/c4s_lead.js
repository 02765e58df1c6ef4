frappe.ui.form.on("C4S Lead", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("sales_consultant", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		if (frm.doc.status === "Open") {
			frm.add_custom_button(__("Log Contact"), () => log_contact(frm)).addClass("btn-primary-light");
			frm.add_custom_button(__("Won"), () => set_status(frm, "Won"), __("Outcome"));
			frm.add_custom_button(__("Lost"), () => give_up(frm), __("Outcome"));
		} else {
			frm.add_custom_button(__("Open Again"), () =>
				frappe.confirm(
					__("Follow this lead up again? Its outcome and defeat reason are taken out."),
					() => set_status(frm, "Open")
				)
			);
		}
	},
});

function set_status(frm, status) {
	return frm.set_value("status", status).then(() => frm.save());
}

function log_contact(frm) {
	const channels = frappe.meta.get_docfield("C4S Lead Contact", "channel").options;
	const dialog = new frappe.ui.Dialog({
		title: __("Log Contact"),
		fields: [
			{
				fieldname: "contacted_on",
				fieldtype: "Datetime",
				label: __("Contacted On"),
				default: frappe.datetime.now_datetime(),
				reqd: 1,
			},
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("Channel"),
				options: channels,
				default: "Phone",
				reqd: 1,
			},
			{ fieldname: "summary", fieldtype: "Small Text", label: __("Summary"), reqd: 1 },
			{
				fieldname: "next_contact_on",
				fieldtype: "Date",
				label: __("Next Contact On"),
				description: __("Agreed with the customer; without it the grade's contact interval counts."),
			},
			{
				fieldname: "grade",
				fieldtype: "Link",
				options: "C4S Lead Grade",
				label: __("Grade"),
				default: frm.doc.grade,
			},
		],
		primary_action_label: __("Save"),
		primary_action({ grade, ...contact }) {
			dialog.hide();
			frm.add_child("contacts", contact);
			frm.refresh_field("contacts");
			frm.set_value("grade", grade || "").then(() => frm.save());
		},
	});
	dialog.show();
}

function give_up(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Lost"),
		fields: [
			{
				fieldname: "lost_reason",
				fieldtype: "Link",
				options: "C4S Defeat Reason",
				label: __("Defeat Reason"),
				reqd: 1,
			},
			{
				fieldname: "competitor",
				fieldtype: "Link",
				options: "C4S Competitor",
				label: __("Competitor"),
			},
			{
				fieldname: "lost_note",
				fieldtype: "Small Text",
				label: __("Defeat Note"),
				reqd: 1,
				description: __("What was tried, and what would have won the customer."),
			},
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			dialog.hide();
			frm.set_value({ ...values, status: "Lost" }).then(() => frm.save());
		},
	});
	dialog.show();
}
