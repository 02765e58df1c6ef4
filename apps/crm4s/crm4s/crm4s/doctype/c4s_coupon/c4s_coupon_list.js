frappe.listview_settings["C4S Coupon"] = {
	hide_name_column: true,
	add_fields: ["status", "valid_until"],
	get_indicator({ status, valid_until }) {
		const over = status === "Usable" && valid_until && valid_until < frappe.datetime.get_today();
		const colour = { Usable: over ? "gray" : "green", Redeemed: "blue", Cancelled: "gray" }[status];
		return [over ? __("Over") : __(status), colour, `status,=,${status}`];
	},
};
