frappe.ui.form.on("C4S Reconditioning Job", {
	setup(frm) {
		frm.set_query("vehicle", () => ({ filters: { status: ["in", ["Traded In", "In Reconditioning", "Used Stock"]] } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		const set = (status) => async () => {
			await frm.set_value("status", status);
			await frm.save();
		};
		if (frm.doc.status === "Planned") frm.add_custom_button(__("Begin"), set("In Progress"));
		if (frm.doc.status === "In Progress") frm.add_custom_button(__("Finish"), set("Done"));
	},
});
