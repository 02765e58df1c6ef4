frappe.ui.form.on("C4S Customer", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.merged_into) lead_on(frm);
		else if (!frm.doc.erased_on && frappe.model.can_read("C4S Merge")) {
			frm.add_custom_button(__("Merge with Another File"), () => crm4s.merging.choose(frm));
		}
	},
});

// Whoever comes by an old link finds the way.
function lead_on(frm) {
	frm.disable_form();
	const link = `<a href="/app/c4s-customer/${encodeURIComponent(frm.doc.merged_into)}">${frappe.utils.escape_html(frm.doc.merged_into)}</a>`;
	frm.set_intro(__("This file was merged; everything of this customer is in {0}.", [link]), "orange");
}
