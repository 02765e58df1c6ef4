frappe.listview_settings["C4S Dispatch Order"] = {
	hide_name_column: true,
	add_fields: ["status", "arrive_by", "service_visit"],
	get_indicator(doc) {
		const now = frappe.datetime.now_datetime();
		const waits = ["Called", "Dispatched", "On the Way"].includes(doc.status);
		if (waits && doc.arrive_by && doc.arrive_by < now) return [__("There Late"), "red", `status,=,${doc.status}|arrive_by,<,${now}`];
		if (["Solved", "Towed"].includes(doc.status) && !doc.service_visit) {
			return [__("No Visit Yet"), "orange", `status,=,${doc.status}|service_visit,is,not set`];
		}
		return [__(doc.status), crm4s.dispatch.colour(doc.status), `status,=,${doc.status}`];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		list.page.add_inner_button(__("Dispatch Board"), () => frappe.set_route("c4s-dispatch-board"));
	},
};
