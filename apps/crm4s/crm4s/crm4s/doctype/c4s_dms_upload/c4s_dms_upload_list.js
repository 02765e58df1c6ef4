frappe.listview_settings["C4S DMS Upload"] = {
	add_fields: ["status"],
	get_indicator: ({ status }) => [__(status), { Queued: "gray", "Under Way": "blue", Finished: "green", Failed: "red" }[status], `status,=,${status}`],
};
