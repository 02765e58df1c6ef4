frappe.ui.form.on("C4S Lead", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("sales_consultant", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("next_action", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		show_standing(frm);
		if (frm.is_new() || !frm.perm[0]?.write || frm.doc.status !== "Open") return;
		frm.add_custom_button(__("Log Contact"), () => log_contact(frm)).addClass("btn-primary-light");
		if (!frm.doc.in_pool) {
			frm.add_custom_button(__("To the Pool"), () => give_back(frm), __("Hand On"));
		}
		if (crm4s.leads.manages()) {
			frm.add_custom_button(
				__("Give to Somebody Else"),
				() => crm4s.leads.reassign([frm.doc.name], () => frm.reload_doc()),
				__("Hand On")
			);
			if (!frm.doc.sales_consultant) {
				frm.add_custom_button(
					__("Give by Rule"),
					() => crm4s.leads.give_by_rule([frm.doc.name], () => frm.reload_doc()),
					__("Hand On")
				);
			}
		}
	},
});

// What the colour of the headline says: in the pool, answered too late, contact overdue.
function show_standing(frm) {
	// A lead of another store says whose it is instead.
	if (crm4s.own_store.is_shared(frm)) return;
	frm.dashboard.clear_headline();
	if (frm.is_new() || frm.doc.status !== "Open") return;
	const now = frappe.datetime.now_datetime();
	const today = frappe.datetime.get_today();
	if (frm.doc.in_pool) {
		frm.dashboard.set_headline(__("In the public pool: {0}", [frappe.utils.escape_html(frm.doc.pool_reason || "")]), "blue");
	} else if (frm.doc.response === "Waiting" && frm.doc.respond_by < now) {
		frm.dashboard.set_headline(
			__("Nobody has answered; that was due on {0}.", [frappe.datetime.str_to_user(frm.doc.respond_by)]),
			"red"
		);
	} else if (frm.doc.next_contact_on && frm.doc.next_contact_on < today) {
		frm.dashboard.set_headline(
			__("Contact was due on {0}: {1}", [
				frappe.datetime.str_to_user(frm.doc.next_contact_on),
				__(frm.doc.next_action || ""),
			]),
			"orange"
		);
	}
}

function give_back(frm) {
	crm4s.leads.ask_reason(__("To the Pool"), __("Another consultant may take it then; you will not see it any more."), (reason) =>
		frappe
			.xcall("crm4s.leads.pool.give_back", { leads: [frm.doc.name], reason })
			.then(() => (crm4s.leads.manages() ? frm.reload_doc() : frappe.set_route("List", "C4S Lead")))
	);
}

function log_contact(frm) {
	crm4s.leads.ask_contact(frm.doc.grade, async ({ grade, ...contact }) => {
		frm.add_child("contacts", contact);
		frm.refresh_field("contacts");
		await frm.set_value("grade", grade || "");
		frm.save();
	});
}
