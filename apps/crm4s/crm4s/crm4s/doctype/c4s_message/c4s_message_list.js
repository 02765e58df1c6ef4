const COLOURS = { "To Be Sent": "orange", Sending: "blue", Sent: "blue", "Received by Customer": "green", "Not Delivered": "red", Suppressed: "gray", Dead: "red" };

frappe.listview_settings["C4S Message"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator: (doc) => [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`],
	onload(list) {
		if (!frappe.perm.has_perm("C4S Message", 0, "write")) return;
		list.page.add_actions_menu_item(__("Send Again"), async () => {
			const { message } = await frappe.call("crm4s.messages.api.send_again", { names: list.get_checked_items(true) });
			frappe.show_alert(__("{0} messages wait to be sent again", [message]));
			list.refresh();
		});
	},
};
