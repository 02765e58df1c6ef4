frappe.ui.form.on("C4S Recall", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write || !frm.doc.cars_file) return;
		frm.add_custom_button(__("Read List"), () => read_list(frm));
	},
});

async function read_list(frm) {
	if (frm.is_dirty()) await frm.save();
	const { added, refused } = await frappe.xcall("crm4s.care.api.read_cars", { recall: frm.doc.name });
	await frm.reload_doc();
	const message = refused ? __("{0} cars added, {1} rows not taken.", [added, refused]) : __("{0} cars added.", [added]);
	frappe.show_alert({ message, indicator: refused ? "orange" : "green" });
}
