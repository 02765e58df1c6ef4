frappe.listview_settings["C4S DMS Delivery"] = {
	add_fields: ["endpoint", "status"],
	get_indicator: (doc) => [__(doc.status), { Waiting: "orange", Delivered: "green", Dead: "red" }[doc.status], `status,=,${doc.status}`],

	onload(list) {
		if (!frappe.model.can_write("C4S DMS Endpoint")) return;
		list.page.add_actions_menu_item(__("Send Again"), () => send_again(list), false);
	},
};

async function send_again(list) {
	const dead = list.get_checked_items().filter((row) => row.status === "Dead");
	if (!dead.length) return frappe.show_alert({ message: __("Choose dead deliveries: the others are sent by themselves."), indicator: "orange" });
	const endpoints = [...new Set(dead.map((row) => row.endpoint))];
	const counts = endpoints.map((endpoint) => {
		const deliveries = dead.filter((row) => row.endpoint === endpoint).map((row) => row.name);
		return frappe.xcall("crm4s.dms.webhooks.api.replay", { endpoint, deliveries });
	});
	const count = (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
	frappe.show_alert({ message: __("{0} deliveries wait again.", [count]), indicator: "green" });
	list.clear_checked_items();
	list.refresh();
}
