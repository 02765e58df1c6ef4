frappe.listview_settings["C4S Keeping Run"] = {
	hide_name_column: true,
};
