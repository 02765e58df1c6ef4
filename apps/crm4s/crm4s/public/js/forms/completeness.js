// Beside the score of a file stands what is missing, in words.
["C4S Customer", "C4S Vehicle"].forEach((doctype) =>
	frappe.ui.form.on(doctype, {
		async refresh(frm) {
			const { description } = frappe.meta.get_docfield(doctype, "completeness_percent");
			frm.set_df_property("completeness_percent", "description", __(description));
			if (frm.is_new() || frm.doc.completeness_percent >= 100) return;
			const name = frm.doc.name;
			const missing = await frappe.xcall("crm4s.data_quality.api.missing", { doctype, name });
			if (frm.doc.name !== name || !missing.length) return;
			frm.set_df_property("completeness_percent", "description", __("Missing: {0}", [missing.join(", ")]));
		},
	})
);
