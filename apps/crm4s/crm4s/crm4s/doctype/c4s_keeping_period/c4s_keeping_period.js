frappe.ui.form.on("C4S Keeping Period", {
	async refresh(frm) {
		if (frm.is_new()) return;
		const count = await frappe.xcall("crm4s.privacy.rights.count_due", { period: frm.doc.name });
		frm.dashboard.clear_headline();
		frm.dashboard.set_headline(frm.doc.enabled ? __("{0} documents are due the next night.", [count]) : __("{0} documents would be due.", [count]));
		frm.add_custom_button(__("Runs"), () => frappe.set_route("List", "C4S Keeping Run", { period: frm.doc.name }));
	},
});
