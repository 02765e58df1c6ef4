frappe.listview_settings["C4S Survey Response"] = {
	hide_name_column: true,
	add_fields: ["nps_group"],
	get_indicator(doc) {
		const colours = { Promoter: "green", Passive: "yellow", Detractor: "red" };
		if (doc.nps_group) return [__(doc.nps_group), colours[doc.nps_group], `nps_group,=,${doc.nps_group}`];
	},
};
