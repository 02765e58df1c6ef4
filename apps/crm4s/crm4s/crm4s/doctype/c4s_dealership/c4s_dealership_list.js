frappe.listview_settings["C4S Dealership"] = {
	add_fields: ["suspended", "node_kind"],
	get_indicator(doc) {
		if (doc.suspended) return [__("Suspended"), "red", "suspended,=,1"];
		const colour = { Group: "purple", Region: "blue", Outlet: "green" }[doc.node_kind];
		return [__(doc.node_kind), colour, `node_kind,=,${doc.node_kind}`];
	},
};
