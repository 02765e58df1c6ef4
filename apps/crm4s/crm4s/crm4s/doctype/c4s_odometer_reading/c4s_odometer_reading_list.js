frappe.listview_settings["C4S Odometer Reading"] = {
	add_fields: ["is_reset"],
	get_indicator(doc) {
		if (doc.is_reset) return [__("Instrument Replaced"), "orange", "is_reset,=,1"];
	},
};
