frappe.listview_settings["C4S Value Run"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colour = { Running: "blue", Done: "green", "With Errors": "red" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
	onload(list) {
		if (!frappe.model.can_create("C4S Value Run")) return;
		list.page.add_inner_button(__("Compute Now"), async () => {
			await frappe.xcall("crm4s.customer_value.api.run_now");
			frappe.show_alert({ message: __("The computation has begun; the log shows how far it is."), indicator: "blue" });
			list.refresh();
		});
		frappe.realtime.off("c4s_value_run_done");
		frappe.realtime.on("c4s_value_run_done", ({ name }) => {
			if (name) frappe.set_route("Form", "C4S Value Run", name);
			else frappe.show_alert({ message: __("Another computation is under way."), indicator: "orange" });
		});
	},
};
