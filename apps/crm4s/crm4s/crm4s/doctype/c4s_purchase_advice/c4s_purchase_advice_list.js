frappe.listview_settings["C4S Purchase Advice"] = {
	hide_name_column: true,
};
