// Car and visit warn before the law's limit is reached.
frappe.ui.form.on("C4S Vehicle", { refresh: (frm) => crm4s.statutory.show(frm) });
frappe.ui.form.on("C4S Service Visit", {
	refresh(frm) {
		if (frm.doc.status === "Open") crm4s.statutory.show(frm);
	},
});
