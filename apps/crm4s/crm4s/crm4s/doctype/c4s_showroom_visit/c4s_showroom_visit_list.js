frappe.listview_settings["C4S Showroom Visit"] = {
	hide_name_column: true,
	add_fields: ["status", "arrived_on"],
	get_indicator(doc) {
		const colours = { "Waiting for Consultant": "orange", "With Consultant": "blue", Gone: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		list.page.add_inner_button(__("Showroom Reception"), () => frappe.set_route("c4s-reception"));
	},
};
