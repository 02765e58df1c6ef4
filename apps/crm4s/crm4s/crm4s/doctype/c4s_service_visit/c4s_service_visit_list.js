frappe.listview_settings["C4S Service Visit"] = {
	hide_name_column: true,
	onload: (list) => crm4s.lists.hide_closed_filters(list),
	add_fields: ["status", "promised_on"],
	get_indicator(doc) {
		if (doc.status === "Settled") return [__("Settled"), "green", "status,=,Settled"];
		if (doc.status === "Cancelled") return [__("Cancelled"), "gray", "status,=,Cancelled"];
		const now = frappe.datetime.now_datetime();
		if (doc.promised_on && doc.promised_on < now)
			return [__("Later than Promised"), "red", `status,=,Open|promised_on,<,${now}`];
		return [__("Open"), "blue", "status,=,Open"];
	},
};
