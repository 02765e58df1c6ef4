frappe.listview_settings["C4S DMS Record"] = { hide_name_column: true };
