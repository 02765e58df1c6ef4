frappe.ui.form.on("C4S Lead", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("sales_consultant", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write || frm.doc.status !== "Open") return;
		frm.add_custom_button(__("Log Contact"), () => log_contact(frm)).addClass("btn-primary-light");
	},
});

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
