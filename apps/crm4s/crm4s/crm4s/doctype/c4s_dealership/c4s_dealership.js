frappe.ui.form.on("C4S Dealership", {
	setup(frm) {
		frm.set_query("parent_c4s_dealership", () => ({
			filters: { is_group: 1, name: ["!=", frm.doc.name || ""] },
		}));
	},

	refresh(frm) {
		if (!frm.is_new() && frm.doc.latitude) {
			frm.add_web_link(
				`https://uri.amap.com/marker?position=${frm.doc.longitude},${frm.doc.latitude}` +
					`&name=${encodeURIComponent(frm.doc.dealership_name)}`,
				__("Show on map")
			);
		}
	},

	node_kind(frm) {
		if (frm.doc.node_kind !== "Outlet") frm.set_value("outlet_type", null);
	},
});
