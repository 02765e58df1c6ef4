frappe.ui.form.on("C4S Stock Movement", {
	setup(frm) {
		frm.set_query("to_dealership", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) offer_movements(frm);
		else frm.disable_form();
	},

	vehicle(frm) {
		offer_movements(frm);
	},
});

async function offer_movements(frm) {
	if (!frm.doc.vehicle) return;
	const movements = await frappe.xcall(
		"crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement.possible_movements",
		{ vehicle: frm.doc.vehicle }
	);
	frm.set_df_property("movement", "options", ["", ...movements]);
	if (!movements.includes(frm.doc.movement)) frm.set_value("movement", "");
}
