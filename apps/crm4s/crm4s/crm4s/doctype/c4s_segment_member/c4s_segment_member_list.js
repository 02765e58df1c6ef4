frappe.listview_settings["C4S Segment Member"] = {
	hide_name_column: true,
	onload(list) {
		if (!frappe.model.can_write("C4S Segment")) return;
		list.page.add_actions_menu_item(__("Take out of the List"), () => {
			const names = list.get_checked_items(true);
			frappe.confirm(__("Take {0} customers out of their lists?", [names.length]), async () => {
				const removed = await frappe.xcall("crm4s.segments.api.remove_members", { names });
				frappe.show_alert({ message: __("{0} customers taken out.", [removed]), indicator: "green" });
				list.refresh();
			});
		});
	},
};
