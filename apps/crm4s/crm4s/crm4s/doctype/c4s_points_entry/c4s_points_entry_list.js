const ENTRY_COLOURS = { Earn: "green", Redeem: "blue", Expire: "gray", Reverse: "orange", Adjust: "purple" };

frappe.listview_settings["C4S Points Entry"] = {
	hide_name_column: true,
	add_fields: ["entry_kind"],
	get_indicator({ entry_kind }) {
		return [__(entry_kind), ENTRY_COLOURS[entry_kind], `entry_kind,=,${entry_kind}`];
	},
};
