frappe.ui.form.on("C4S Competitor Figure", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		for (const field of ["competitor", "item"]) frm.set_query(field, () => ({ filters: { enabled: 1 } }));
	},

	// At one competitor there is more than one thing to note.
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_create("C4S Competitor Figure")) return;
		frm.add_custom_button(__("Note the Next Figure"), () => {
			const { competitor, outlet, dealership, observed_on, source } = frm.doc;
			frappe.new_doc("C4S Competitor Figure", { competitor, outlet, dealership, observed_on, source });
		});
	},

	async item(frm) {
		const found = frm.doc.item && (await frappe.db.get_value("C4S Benchmark Item", frm.doc.item, "needs_model")).message;
		frm.toggle_reqd("vehicle_model", Boolean(found?.needs_model));
	},
});
