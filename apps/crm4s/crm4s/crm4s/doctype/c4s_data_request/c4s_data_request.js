frappe.ui.form.on("C4S Data Request", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Open" || !frappe.model.can_write("C4S Data Request")) return;
		if (frm.doc.kind === "Correction") frm.add_custom_button(__("Write the Correction"), () => decide(frm, "approve", {})).addClass("btn-primary");
		frm.add_custom_button(__("Refuse"), () => refuse(frm));
	},
});

async function decide(frm, method, values) {
	await frappe.xcall(`crm4s.portal.requests.${method}`, { request: frm.doc.name, ...values });
	frm.reload_doc();
}

function refuse(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), description: __("The customer reads this."), reqd: 1 },
		({ reason }) => decide(frm, "refuse", { reason }),
		__("Refuse the Request"),
		__("Refuse")
	);
}
