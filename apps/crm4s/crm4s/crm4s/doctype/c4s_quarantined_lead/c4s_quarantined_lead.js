frappe.ui.form.on("C4S Quarantined Lead", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write || frm.doc.status !== "Open") return;
		frm.add_custom_button(__("Try Again"), () => (frm.is_dirty() ? frm.save() : Promise.resolve()).then(() => try_again(frm))).addClass(
			"btn-primary-light"
		);
		frm.add_custom_button(__("Discard"), () =>
			crm4s.leads.ask_reason(__("Discard"), __("Nothing becomes of this one; what was sent is kept."), (reason) =>
				frappe.xcall("crm4s.lead_intake.correction.discard", { name: frm.doc.name, reason }).then(() => frm.reload_doc())
			)
		);
	},
});

function try_again(frm) {
	return frappe.xcall("crm4s.lead_intake.correction.try_again", { name: frm.doc.name }).then(({ lead, reason }) => {
		if (lead) {
			frappe.show_alert({ message: __("The lead is taken."), indicator: "green" });
			frappe.set_route("Form", "C4S Lead", lead);
		} else {
			frappe.msgprint({ title: __("Still Not Possible"), message: frappe.utils.escape_html(reason), indicator: "orange" });
			frm.reload_doc();
		}
	});
}
