frappe.ui.form.on("C4S Manufacturer Report", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		const act = (method, values) => crm4s.forms.act(frm, `crm4s.interactions.manufacturer.${method}`, { name: frm.doc.name, ...values });
		frm.add_custom_button(__("Voices"), () => frappe.set_route("List", "C4S Interaction", { manufacturer_report: frm.doc.name }));
		if (frm.doc.status === "Collecting") {
			const fields = [{ fieldname: "number", fieldtype: "Data", label: __("Manufacturer's Number"), default: frm.doc.manufacturer_number }];
			frm.add_custom_button(__("Sent to the Manufacturer"), () => crm4s.forms.ask(__("Sent to the Manufacturer"), fields, __("Save"), (values) => act("send", values)));
		}
		if (frm.doc.status === "Sent") {
			const fields = [
				{ fieldname: "answer", fieldtype: "Small Text", label: __("Manufacturer's Answer"), reqd: 1 },
				{ fieldname: "tell", fieldtype: "Check", label: __("Tell the Customers"), default: 1 },
			];
			frm.add_custom_button(__("Manufacturer Has Answered"), () => crm4s.forms.ask(__("Manufacturer Has Answered"), fields, __("Save"), (values) => act("take_answer", values)));
		}
		if (frm.doc.status === "Answered") frm.add_custom_button(__("Close"), () => act("close", {}));
	},
});
