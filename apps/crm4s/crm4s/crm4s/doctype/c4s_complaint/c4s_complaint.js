frappe.ui.form.on("C4S Complaint", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("category", () => ({ filters: { is_group: 0 } }));
		frm.set_query("cause", () => ({ filters: { enabled: 1 } }));
		frm.set_query("handler", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("service_visit", () => ({
			filters: {
				...(frm.doc.customer && { customer: frm.doc.customer }),
				...(frm.doc.vehicle && { vehicle: frm.doc.vehicle }),
			},
		}));
	},

	refresh(frm) {
		show_deadline(frm);
		crm4s.escalation.show(frm, "ladder");
		crm4s.statutory.show(frm, "statutory");
		show_similar(frm);
		if (frm.is_new() || crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		offer_actions(frm);
	},

	service_visit(frm) {
		crm4s.forms.take_over(frm, "service_visit", ["customer", "vehicle", "dealership"]);
	},

	async category(frm) {
		if (!frm.doc.category || (frm.doc.severity && frm.doc.severity !== frm.c4s_proposed)) return;
		const { message } = await frappe.db.get_value("C4S Complaint Category", frm.doc.category, "proposed_severity");
		frm.c4s_proposed = message?.proposed_severity;
		if (frm.c4s_proposed) frm.set_value("severity", frm.c4s_proposed);
	},
});

function offer_actions(frm) {
	const { status, responded_on, feedback_on, compensation_approval } = frm.doc;
	if (status === "Open" && !responded_on)
		frm.add_custom_button(__("Customer Was Answered"), () =>
			frm.set_value("responded_on", frappe.datetime.now_datetime()).then(() => frm.save())
		);
	if (status === "Resolved" && !feedback_on) {
		frm.add_custom_button(__("By Message"), () => tell(frm, "Message"), __("Tell the Customer"));
		frm.add_custom_button(__("Have Somebody Call"), () => tell(frm, "Call"), __("Tell the Customer"));
	}
	const managers = ["C4S CRM Manager", "C4S Dealer Manager", "C4S Group Manager", "C4S Administrator", "System Manager"];
	if (compensation_approval === "To Be Approved" && managers.some((role) => frappe.user.has_role(role))) {
		frm.add_custom_button(__("Approve the Amount"), () => decide(frm, 1), __("Amount"));
		frm.add_custom_button(__("Refuse the Amount"), () => decide(frm, 0), __("Amount"));
	}
	if (frappe.model.can_create("C4S Improvement Action"))
		frm.add_custom_button(__("Improvement Action"), () =>
			// Given with the route, texts would be left out.
			frappe.new_doc("C4S Improvement Action", {}, (doc) =>
				Object.assign(doc, {
					document_type: frm.doctype,
					document_name: frm.doc.name,
					dealership: frm.doc.dealership,
					subject: frm.doc.subject,
					what_to_do: frm.doc.prevention,
				})
			)
		);
}

function show_deadline(frm) {
	if (frm.is_new() || frm.doc.status !== "Open") return;
	const now = frappe.datetime.now_datetime();
	if (frm.doc.paused_since)
		frm.dashboard.set_headline_alert(__("We wait for the customer; the deadlines stand still."), "blue");
	else if (frm.doc.resolve_by < now)
		frm.dashboard.set_headline_alert(__("The time to resolve this complaint is over."), "red");
	else if (!frm.doc.responded_on && frm.doc.respond_by < now)
		frm.dashboard.set_headline_alert(__("The customer should have heard from us by now."), "orange");
}

async function show_similar(frm) {
	const field = frm.get_field("similar");
	field.$wrapper.empty();
	if (frm.is_new()) return;
	const name = frm.doc.name;
	const found = await frappe.xcall("crm4s.complaints.api.similar", { complaint: name });
	if (frm.doc.name === name) field.$wrapper.html(drawn(found));
}

function drawn({ days, counts, rows, more, causes }) {
	const kinds = { model: __("Same Model"), work: __("Same Work"), technician: __("Same Technician") };
	const said = (row) => (row.same_category ? __("{0}, of the same category {1}", [row.count, row.same_category]) : row.count);
	const cards = counts.map((row) => `
		<div class="col-sm-4 mb-3"><div class="text-muted">${kinds[row.kind]}</div><div>${safe(row.label)}</div><div><b>${said(row)}</b></div></div>`);
	const lines = rows.map((row) => `
		<div class="c4s-similar-line">
			<a href="${frappe.utils.get_form_link("C4S Complaint", row.name)}">${safe(row.subject || row.name)}</a>
			<span class="text-muted">${[row.category && safe(__(row.category)), safe(__(row.status)), frappe.datetime.str_to_user(row.received_on.split(" ")[0]), row.cause && safe(__(row.cause))].filter(Boolean).join(" · ")}</span>
			${row.alike.map((kind) => `<span class="indicator-pill no-indicator-dot ${row.same_category ? "orange" : "gray"}">${kinds[kind]}</span>`).join(" ")}
		</div>`);
	const often = causes.map(([cause, number]) => `${safe(__(cause))} (${number})`).join(", ");
	return `<div class="text-muted mb-2">${__("Other complaints of the last {0} days that you may see", [days])}</div>
		<div class="row">${cards.join("") || `<div class="col-sm-12">${__("Neither car nor visit is known.")}</div>`}</div>
		${often ? `<div class="mb-2">${__("Their causes: {0}", [often])}</div>` : ""}
		${lines.join("")}
		${more ? `<div class="text-muted">${__("and {0} more", [more])}</div>` : ""}`;
}

async function tell(frm, by) {
	await frappe.xcall("crm4s.complaints.api.tell_customer", { complaint: frm.doc.name, by });
	frappe.show_alert({ message: by === "Message" ? __("The message is on its way.") : __("The call stands in the care queue."), indicator: "green" }, 5);
	frm.reload_doc();
}

function decide(frm, approved) {
	const fields = [{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), reqd: approved ? 0 : 1 }];
	crm4s.forms.ask(approved ? __("Approve the Amount") : __("Refuse the Amount"), fields, __("Save"), async ({ note }) => {
		await frappe.xcall("crm4s.complaints.api.decide_compensation", { complaint: frm.doc.name, approved, note });
		frm.reload_doc();
	});
}

const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
