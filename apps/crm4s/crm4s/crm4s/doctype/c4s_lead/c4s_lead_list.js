frappe.listview_settings["C4S Lead"] = {
	hide_name_column: true,
	add_fields: ["status", "next_contact_on", "next_action", "masked_phone", "response", "respond_by", "in_pool"],
	filters: [["status", "=", "Open"]],

	get_indicator(doc) {
		if (doc.status === "Won") return [__("Won"), "green", "status,=,Won"];
		if (doc.status === "Lost") return [__("Lost"), "gray", "status,=,Lost"];
		if (doc.in_pool) return [__("In Public Pool"), "purple", "in_pool,=,1"];
		const now = frappe.datetime.now_datetime();
		if (doc.response === "Waiting" && doc.respond_by && doc.respond_by < now)
			return [__("Not Answered"), "red", `status,=,Open|response,=,Waiting|respond_by,<,${now}`];
		const today = frappe.datetime.get_today();
		if (doc.next_contact_on && doc.next_contact_on < today)
			return [__("Contact Overdue"), "red", `status,=,Open|next_contact_on,<,${today}`];
		if (doc.next_contact_on === today)
			return [__("Contact Today"), "orange", `status,=,Open|next_contact_on,=,${today}`];
		return [__("Open"), "blue", "status,=,Open"];
	},

	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		list.page.add_menu_item(__("Lead Pool"), () => frappe.set_route("c4s-lead-pool"));
		if (!crm4s.leads.manages()) return;
		const refresh = () => {
			list.clear_checked_items();
			list.refresh();
		};
		const chosen = () => list.get_checked_items(true);
		list.page.add_actions_menu_item(__("Give to Somebody Else"), () => crm4s.leads.reassign(chosen(), refresh), false);
		list.page.add_actions_menu_item(__("Give by Rule"), () => crm4s.leads.give_by_rule(chosen(), refresh), false);
		list.page.add_actions_menu_item(__("To the Pool"), () => crm4s.leads.give_back(chosen(), refresh), false);
		list.page.add_menu_item(__("Hand Over a Consultant's Leads"), () => crm4s.leads.hand_over(refresh));
	},
};
