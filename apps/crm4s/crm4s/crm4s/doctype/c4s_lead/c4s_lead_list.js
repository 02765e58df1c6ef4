frappe.listview_settings["C4S Lead"] = {
	hide_name_column: true,
	add_fields: ["status", "next_contact_on"],
	filters: [["status", "=", "Open"]],
	get_indicator(doc) {
		if (doc.status === "Won") return [__("Won"), "green", "status,=,Won"];
		if (doc.status === "Lost") return [__("Lost"), "gray", "status,=,Lost"];
		const today = frappe.datetime.get_today();
		if (doc.next_contact_on && doc.next_contact_on < today)
			return [__("Contact Overdue"), "red", `status,=,Open|next_contact_on,<,${today}`];
		if (doc.next_contact_on === today)
			return [__("Contact Today"), "orange", `status,=,Open|next_contact_on,=,${today}`];
		return [__("Open"), "blue", "status,=,Open"];
	},
};
