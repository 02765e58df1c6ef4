frappe.listview_settings["C4S Repair Job"] = {
	hide_name_column: true,
	add_fields: ["status", "planned_to", "pause_reason"],
	filters: [["status", "in", ["Planned", "Working", "Paused"]]],
	get_indicator(doc) {
		const colours = { Planned: "blue", Working: "green", Paused: "orange", Finished: "gray", Cancelled: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		list.page.add_inner_button(__("Job Board"), () => frappe.set_route("c4s-job-board"));
	},
};
