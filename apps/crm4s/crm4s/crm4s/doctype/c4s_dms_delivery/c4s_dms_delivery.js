frappe.ui.form.on("C4S DMS Delivery", {
	refresh(frm) {
		if (frm.doc.status !== "Dead" || !frappe.model.can_write("C4S DMS Endpoint")) return;
		frm.add_custom_button(__("Send Again"), async () => {
			await frappe.xcall("crm4s.dms.webhooks.api.replay", { endpoint: frm.doc.endpoint, deliveries: [frm.doc.name] });
			frappe.show_alert({ message: __("{0} deliveries wait again.", [1]), indicator: "green" });
			frm.reload_doc();
		}).addClass("btn-primary");
	},
});
