frappe.listview_settings["C4S Event Registration"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator({ status }) {
		const colour = { Registered: "blue", "Waiting for a Place": "orange", Attended: "green", "No-Show": "red", Cancelled: "gray" }[status];
		return [__(status), colour, `status,=,${status}`];
	},
	onload(list) {
		list.page.add_inner_button(__("Check-In"), () => frappe.set_route("c4s-check-in"));
	},
};
