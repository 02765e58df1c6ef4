frappe.listview_settings["C4S Query Log"] = {
	get_indicator(doc) {
		const colour = { Stock: "blue", "Purchase Order": "purple", "Group Lookup": "orange" }[doc.kind];
		return [__(doc.kind), colour, `kind,=,${doc.kind}`];
	},
};
