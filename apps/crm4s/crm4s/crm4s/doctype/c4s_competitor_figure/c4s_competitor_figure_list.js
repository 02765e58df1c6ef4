frappe.listview_settings["C4S Competitor Figure"] = {
	hide_name_column: true,
	onload(list) {
		list.page.add_inner_button(__("Comparison with Competitors"), () => frappe.set_route("query-report", "C4S Competitor Benchmark"));
	},
};
