frappe.ui.form.on("C4S Periodic Report Delivery", {
	refresh(frm) {
		if (!frappe.model.can_write("C4S Periodic Report")) return;
		frm.add_custom_button(__("Send Again"), async () => {
			await frappe.xcall("crm4s.periodic_reports.api.send_again", { delivery: frm.doc.name });
			frappe.show_alert({ message: __("The workbook is being made anew and mailed."), indicator: "green" });
		});
	},
});
