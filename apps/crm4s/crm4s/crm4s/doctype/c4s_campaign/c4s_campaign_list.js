frappe.listview_settings["C4S Campaign"] = {
	hide_name_column: true,
	add_fields: ["status", "starts_on", "ends_on"],
	get_indicator({ status }) {
		const colour = { Draft: "gray", "Ready to Start": "blue", Running: "green", Paused: "orange", Ended: "gray", Cancelled: "red" }[status];
		return [__(status), colour, `status,=,${status}`];
	},
};
