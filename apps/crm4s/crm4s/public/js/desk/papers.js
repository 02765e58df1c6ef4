// Sheets for customers: which of them a document has at its time, and their PDF in the customer's language.
frappe.provide("crm4s.papers");

Object.assign(crm4s.papers, {
	// The sheets that fit a document now, the one that is wanted first; `doc` needs the fields that the offers ask for.
	of(doctype, doc) {
		const fits = ({ statuses, not_for, needs, of }) =>
			frappe.model.can_print(of ? of[0] : doctype) &&
			statuses.includes(doc.status) &&
			!not_for.includes(doc.visit_kind) &&
			needs.every((field) => doc[field]);
		return (frappe.boot.c4s_papers[doctype] || []).filter(fits);
	},

	// The PDF in a tab of its own, from where it is printed or sent on; the server finds the customer's language.
	print(doc, { print_format, of }) {
		const [doctype, name] = of ? [of[0], doc[of[1]]] : [doc.doctype, doc.name];
		const asked = new URLSearchParams({ doctype, name, format: print_format, no_letterhead: 0 });
		window.open(frappe.urllib.get_full_url(`/api/method/frappe.utils.print_format.download_pdf?${asked}`));
	},
});

$(document).on("form-refresh", (event, frm) => {
	if (frm.is_new()) return;
	for (const offer of crm4s.papers.of(frm.doctype, frm.doc)) {
		frm.add_custom_button(__(offer.print_format), () => crm4s.papers.print(frm.doc, offer), __("Print"));
	}
});
