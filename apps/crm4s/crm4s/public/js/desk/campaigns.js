// Registering a customer for an event, from the campaign and from the customer's form.
frappe.provide("crm4s.campaigns");

crm4s.campaigns.register = async ({ campaign, customer }) => {
	const events = await frappe.xcall("crm4s.campaigns.api.open_events", { customer: customer || null });
	const offered = campaign ? events.filter((event) => event.name === campaign) : events;
	if (!offered.length) {
		frappe.msgprint(campaign ? __("This event takes no registrations now.") : __("No event takes registrations now."));
		return;
	}
	const place = (event) => {
		if (!event.capacity) return "";
		const left = event.capacity - event.places_taken;
		return ` · ${left > 0 ? __("{0} places left", [left]) : __("waiting list")}`;
	};
	const options = offered.map((event) => ({
		value: event.name,
		label: `${event.title} · ${frappe.datetime.str_to_user(event.event_from)}${place(event)}`,
	}));
	crm4s.forms.ask(
		__("Register for an Event"),
		[
			{ fieldname: "campaign", fieldtype: "Select", label: __("Which Event"), options, default: options[0].value, reqd: 1 },
			{ fieldname: "customer", fieldtype: "Link", label: __("Customer"), options: "C4S Customer", default: customer, reqd: 1 },
			{ fieldname: "companions", fieldtype: "Int", label: __("Companions"), default: 0 },
			{ fieldname: "remark", fieldtype: "Small Text", label: __("Remark") },
		],
		__("Register"),
		async (values) => {
			const { status, code } = await frappe.xcall("crm4s.campaigns.api.register", values);
			const waits = status === "Waiting for a Place";
			const message = waits ? __("On the waiting list; the customer is told when a place is free.") : __("Registered. Code: {0}", [code.bold()]);
			frappe.msgprint({ title: __(status), message, indicator: waits ? "orange" : "green" });
			if (window.cur_frm?.doctype === "C4S Campaign") window.cur_frm.reload_doc();
		}
	);
};

// Chosen customers of the list are invited by a campaign.
crm4s.campaigns.invite = (customers) => {
	crm4s.forms.ask(
		__("Invite to a Campaign"),
		[
			{
				fieldname: "campaign",
				fieldtype: "Link",
				label: __("Campaign"),
				options: "C4S Campaign",
				reqd: 1,
				get_query: () => ({ filters: { status: ["in", ["Draft", "Ready to Start", "Running", "Paused"]] } }),
			},
		],
		__("Invite"),
		async ({ campaign }) => {
			const count = await frappe.xcall("crm4s.campaigns.api.add_customers", { campaign, customers });
			frappe.show_alert({ message: __("{0} customers added; prepare the audience of the campaign.", [count]), indicator: "green" });
		}
	);
};
