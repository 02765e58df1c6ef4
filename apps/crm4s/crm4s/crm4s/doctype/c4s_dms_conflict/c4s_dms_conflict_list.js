frappe.listview_settings["C4S DMS Conflict"] = {
	get_indicator: ({ state }) => [__(state), state === "Open" ? "orange" : "green", `state,=,${state}`],
};
