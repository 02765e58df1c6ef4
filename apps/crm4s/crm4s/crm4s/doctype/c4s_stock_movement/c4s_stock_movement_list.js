frappe.listview_settings["C4S Stock Movement"] = {
	add_fields: ["movement", "to_status"],
	get_indicator(doc) {
		const colour = { Scrapped: "red", Delivered: "green", Resold: "green", Allocated: "orange" }[doc.movement] || "blue";
		return [__(doc.movement), colour, `movement,=,${doc.movement}`];
	},
};
