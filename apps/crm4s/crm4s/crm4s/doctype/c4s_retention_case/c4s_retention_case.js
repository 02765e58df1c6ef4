frappe.ui.form.on("C4S Retention Case", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		const staff = () => ({ filters: { enabled: 1, user_type: "System User" } });
		frm.set_query("handler", staff);
		frm.set_query("who", "contacts", staff);
		frm.set_query("owner_role", () => ({ filters: { name: ["like", "C4S %"] } }));
		frm.set_query("reason", () => ({ filters: { enabled: 1 } }));
		frm.set_query("end_reason", () => ({ filters: { enabled: 1, ends_cases: 1 } }));
		frm.set_query("vehicle", () => (frm.doc.customer ? { filters: { current_owner: frm.doc.customer } } : {}));
		for (const field of ["service_package", "coupon_offer", "reward"]) frm.set_query(field, () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		frm.get_field("glance").$wrapper.empty();
		if (frm.is_new()) return;
		show_glance(frm);
		if (crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		const { offer_kind, offer_approval, offer_given_on, status } = frm.doc;
		if (status === "Open" && offer_kind && !offer_given_on && ["Not Needed", "Approved by Manager"].includes(offer_approval))
			frm.add_custom_button(__("Give Offer"), () => give_offer(frm));
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},
});

async function show_glance(frm) {
	const name = frm.doc.name;
	const found = await frappe.xcall("crm4s.retention.api.glance", { case: name });
	if (frm.doc.name !== name) return;
	frm.get_field("glance").$wrapper.html(drawn(frm, found));
	if (found.may_approve && frm.doc.offer_approval === "To Be Approved" && frm.perm[0]?.write) {
		frm.add_custom_button(__("Approve the Offer"), () => decide(frm, 1), __("Offer to the Customer"));
		frm.add_custom_button(__("Refuse the Offer"), () => decide(frm, 0), __("Offer to the Customer"));
	}
}

function drawn(frm, { colour, visits, complaints, surveys, membership }) {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const link = (doctype, name, text) => `<a href="${frappe.utils.get_form_link(doctype, name)}">${safe(text)}</a>`;
	const day = (moment) => (moment ? frappe.datetime.str_to_user(moment.split(" ")[0]) : "");
	const parts = [];
	if (frm.doc.churn_stage)
		parts.push([__("Churn Stage"), [`<span class="indicator-pill ${safe(colour)}">${safe(__(frm.doc.churn_stage))}</span>`]]);
	parts.push([
		__("Last Visits"),
		visits.map((row) => `${link("C4S Service Visit", row.name, day(row.arrived_on))} · ${safe(__(row.visit_kind))} · ${safe(__(row.status))} · ${format_currency(row.customer_amount)}`),
	]);
	parts.push([
		__("Complaints"),
		complaints.map((row) => `${link("C4S Complaint", row.name, row.subject || row.name)} · ${safe(__(row.status))} · ${day(row.received_on)}`),
	]);
	if (surveys.length) parts.push([__("Last Survey"), surveys.map((row) => `${link("C4S Survey Response", row.name, day(row.responded_on))} · ${safe(row.score)}`)]);
	if (membership) parts.push([__("Membership"), [link("C4S Membership", membership.name, [membership.tier && __(membership.tier), __("{0} loyalty points", [membership.balance])].filter(Boolean).join(" · "))]]);
	return `<div class="row">${parts
		.map(([label, lines]) => `<div class="col-sm-6 mb-3"><div class="text-muted">${label}</div>${lines.length ? lines.map((line) => `<div>${line}</div>`).join("") : `<div>${__("None")}</div>`}</div>`)
		.join("")}</div>`;
}

function give_offer(frm) {
	frappe.confirm(__("Give the customer this offer now? It is given once."), async () => {
		await frappe.xcall("crm4s.retention.api.give_offer", { case: frm.doc.name });
		frm.reload_doc();
	});
}

function decide(frm, approved) {
	const fields = [{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), reqd: approved ? 0 : 1 }];
	crm4s.forms.ask(approved ? __("Approve the Offer") : __("Refuse the Offer"), fields, __("Save"), async ({ note }) => {
		await frappe.xcall("crm4s.retention.api.decide_offer", { case: frm.doc.name, approved, note });
		frm.reload_doc();
	});
}
