// Whether a customer uses the customers' pages, and the invitation to them.
frappe.ui.form.on("C4S Customer", {
	async refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("C4S Portal Account")) return;
		const name = frm.doc.name;
		const account = await frappe.xcall("crm4s.portal.invite.state_of", { customer: name });
		if (frm.doc.name !== name) return;
		const group = __("Customers' Pages");
		const may_write = frappe.model.can_write("C4S Portal Account");
		if (account) {
			frm.dashboard.add_indicator(portal_state(account), account.status === "Active" ? (account.last_sign_in_on ? "green" : "blue") : "red");
			frm.add_custom_button(__("Open the Account"), () => frappe.set_route("Form", "C4S Portal Account", account.name), group);
		}
		if (!may_write || frm.doc.disabled) return;
		const locked = account && account.status === "Locked";
		if (!locked) frm.add_custom_button(__("Invite to the Customers' Pages"), () => invite_to_portal(frm), group);
		if (account) frm.add_custom_button(locked ? __("Unlock Access") : __("Lock Access"), () => lock_portal(frm, !locked), group);
	},
});

function portal_state(account) {
	if (account.status === "Locked") return __("Customers' pages: locked");
	if (account.last_sign_in_on) return __("Customers' pages: last there {0}", [frappe.datetime.str_to_user(account.last_sign_in_on)]);
	if (account.invited_on) return __("Customers' pages: invited {0}", [frappe.datetime.str_to_user(account.invited_on)]);
	return __("Customers' pages: never there yet");
}

function lock_portal(frm, locked) {
	const set = async () => {
		await frappe.xcall("crm4s.portal.invite.set_locked", { customer: frm.doc.name, locked: locked ? 1 : 0 });
		frm.reload_doc();
	};
	if (!locked) return set();
	frappe.confirm(__("The customer is signed out on every phone and cannot sign in until you unlock the access."), set);
}

async function invite_to_portal(frm) {
	const customer = frm.doc.name;
	const way = await frappe.xcall("crm4s.portal.invite.look_ahead", { customer });
	if (way.why_not) return copy_portal_link(frm, __("It cannot be sent by message: {0}", [way.why_not]));
	const how = way.channel
		? __("It goes to {0} by {1}.", [way.address, __(way.channel)])
		: __("It waits for the end of the quiet time: {0}.", [frappe.datetime.str_to_user(way.until)]);
	const dialog = new frappe.ui.Dialog({
		title: __("Invite to the Customers' Pages"),
		fields: [{ fieldname: "how", fieldtype: "HTML", options: `<p>${frappe.utils.escape_html(how)}</p>` }],
		primary_action_label: __("Send by Message"),
		async primary_action() {
			dialog.hide();
			await frappe.xcall("crm4s.portal.invite.send", { customer });
			frappe.show_alert({ message: way.until ? how : __("It will be sent within a minute or two."), indicator: "green" });
			frm.reload_doc();
		},
		secondary_action_label: __("Copy the Link"),
		secondary_action() {
			dialog.hide();
			copy_portal_link(frm);
		},
	});
	dialog.show();
}

async function copy_portal_link(frm, why = "") {
	const url = await frappe.xcall("crm4s.portal.invite.make_link", { customer: frm.doc.name });
	const safe = frappe.utils.escape_html;
	const dialog = new frappe.ui.Dialog({
		title: __("Link for the Customer"),
		fields: [
			{ fieldname: "why", fieldtype: "HTML", options: why ? `<p>${safe(why)}</p>` : "" },
			{ fieldname: "url", fieldtype: "Small Text", read_only: 1, label: __("Link"), default: url },
			{ fieldname: "words", fieldtype: "HTML", options: `<p class="text-muted">${safe(__("It lets this customer in once. Give it to nobody else."))}</p>` },
		],
		primary_action_label: __("Copy the Link"),
		primary_action() {
			frappe.utils.copy_to_clipboard(url);
			dialog.hide();
			frm.reload_doc();
		},
	});
	dialog.show();
}
