frappe.listview_settings["C4S DMS Waiting Record"] = {
	hide_name_column: true,
	get_indicator: ({ state }) => [__(state), state === "Refused" ? "red" : "orange", `state,=,${state}`],
	onload(list) {
		if (!frappe.perm.has_perm("C4S DMS Waiting Record", 0, "delete")) return;
		list.page.add_actions_menu_item(__("Try Again"), () =>
			frappe
				.xcall("crm4s.crm4s.doctype.c4s_dms_waiting_record.c4s_dms_waiting_record.try_again", {
					names: list.get_checked_items(true),
				})
				.then(() => list.refresh())
		);
	},
};
