frappe.listview_settings["C4S Retention Case"] = {
	hide_name_column: true,
	add_fields: ["status", "next_contact_on"],
	filters: [["status", "=", "Open"]],
	get_indicator(doc) {
		if (doc.status === "Won Back") return [__("Won Back"), "green", "status,=,Won Back"];
		if (doc.status === "Ended") return [__("Ended"), "gray", "status,=,Ended"];
		const today = frappe.datetime.get_today();
		if (doc.next_contact_on && doc.next_contact_on < today)
			return [__("Contact Overdue"), "red", `status,=,Open|next_contact_on,<,${today}`];
		return [__("Open"), "blue", "status,=,Open"];
	},
};
