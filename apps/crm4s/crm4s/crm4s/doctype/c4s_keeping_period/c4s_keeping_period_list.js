frappe.listview_settings["C4S Keeping Period"] = {
	formatters: crm4s.lists.in_words("name"),
};
