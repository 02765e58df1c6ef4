frappe.listview_settings["C4S DMS Conflict"] = {
	hide_name_column: true,
	get_indicator: ({ state }) => [__(state), state === "Open" ? "orange" : "green", `state,=,${state}`],
};
