frappe.ui.form.on("C4S Deal Service", {
	setup(frm) {
		frm.set_query("kind", () => ({ filters: { enabled: 1 } }));
		frm.set_query("deal", () => ({ filters: { status: ["in", ["Quoted", "Ordered"]] } }));
		frm.set_query("responsible", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		if (frm.doc.status === "Open") frm.add_custom_button(__("Start"), () => set_status(frm, "In Progress"));
		if (["Open", "In Progress"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Done"), () => set_status(frm, "Done")).addClass("btn-primary-light");
		}
	},
});

function set_status(frm, status) {
	return frm.set_value("status", status).then(() => frm.save());
}
