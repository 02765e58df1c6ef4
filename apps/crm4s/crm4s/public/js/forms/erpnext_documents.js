// What became of a customer, a car, a deal, a visit or a lead in ERPNext: a line for each document there, with the way to it for who may go.
(() => {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const COLOURS = {
		Draft: "orange",
		Unpaid: "orange",
		"Partly Paid": "orange",
		Overdue: "red",
		Paid: "green",
		Completed: "green",
		Submitted: "green",
		Cancelled: "gray",
		Deleted: "gray",
	};

	for (const doctype of ["C4S Customer", "C4S Vehicle", "C4S Deal", "C4S Service Visit", "C4S Lead"]) {
		frappe.ui.form.on(doctype, { refresh: show });
	}

	async function show(frm) {
		if (frm.is_new() || !frappe.boot.c4s_erpnext) return;
		const name = frm.doc.name;
		const rows = await frappe.xcall("crm4s.erpnext_link.panel.documents", { document_type: frm.doctype, document_name: name });
		if (frm.doc.name !== name) return;
		if (frm.doctype === "C4S Lead" && !rows.some(({ their_type }) => their_type === "Lead")) offer_lead(frm);
		if (!rows.length) return;
		frm.dashboard.add_section(`<ul class="list-unstyled mb-0">${rows.map(line).join("")}</ul>`, __("ERPNext"), "custom c4s-erpnext");
		frm.dashboard.show();
	}

	function offer_lead(frm) {
		if (!frappe.boot.c4s_erpnext_leads || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Lead in ERPNext"), async () => {
			const made = await frappe.xcall("crm4s.erpnext_link.leads.make", { lead: frm.doc.name });
			frappe.show_alert({ message: __("ERPNext has the lead now: {0}.", [safe(made)]), indicator: "green" });
			frm.reload_doc();
		});
	}

	function line(row) {
		const what = [safe(__(row.their_type)), row.part && safe(__(row.part)), named(row)].filter(Boolean).join(" · ");
		const status = row.their_status && `<span class="indicator-pill ${COLOURS[row.their_status] || "blue"}">${safe(__(row.their_status))}</span>`;
		const problem = row.problem && `<div class="text-danger small">${safe(row.problem)}</div>`;
		return `<li class="mb-1">${[what, status, money(row)].filter(Boolean).join(" ")}${problem || ""}</li>`;
	}

	function named({ their_type, their_document }) {
		if (!their_document) return "";
		return `<a href="/app/${frappe.router.slug(their_type)}/${encodeURIComponent(their_document)}">${safe(their_document)}</a>`;
	}

	function money({ amount, outstanding }) {
		if (!amount) return "";
		const open = outstanding ? ` · ${__("{0} open", [format_currency(outstanding)])}` : "";
		return `<span class="text-muted">${format_currency(amount)}${open}</span>`;
	}
})();
