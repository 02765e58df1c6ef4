frappe.treeview_settings["C4S Dealership"] = {
	title: __("Dealerships"),
	root_label: "C4S Dealership",
	get_tree_root: false,
	show_expand_all: true,
	fields: [
		{ fieldtype: "Data", fieldname: "dealership_code", label: __("Dealership Code"), reqd: 1 },
		{ fieldtype: "Data", fieldname: "dealership_name", label: __("Dealership Name"), reqd: 1 },
		{
			fieldtype: "Select",
			fieldname: "node_kind",
			label: __("Kind of Node"),
			options: ["Group", "Region", "Outlet"].map((value) => ({ value, label: __(value) })),
			default: "Outlet",
			reqd: 1,
		},
		{
			fieldtype: "Select",
			fieldname: "outlet_type",
			label: __("Outlet Type"),
			options: ["", "4S Store", "Authorised Service", "Quick-Service Point", "Used-Car Centre"].map((value) => ({
				value,
				label: __(value),
			})),
			depends_on: 'eval:doc.node_kind === "Outlet"',
			mandatory_depends_on: 'eval:doc.node_kind === "Outlet"',
		},
	],
};
