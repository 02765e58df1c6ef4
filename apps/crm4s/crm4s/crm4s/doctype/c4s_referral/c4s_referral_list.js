frappe.listview_settings["C4S Referral"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator({ status }) {
		const colour = { Open: "orange", Won: "blue", Rewarded: "green" }[status];
		return [__(status), colour, `status,=,${status}`];
	},
};
