frappe.listview_settings["C4S Interaction"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on", "missed"],
	get_indicator(doc) {
		const late = doc.status === "Open" && doc.due_on && doc.due_on < frappe.datetime.now_datetime();
		const colour = late ? "red" : { Open: "orange", Answered: "blue", Closed: "green" }[doc.status];
		return [late ? __("Overdue") : __(doc.status), colour, `status,=,${doc.status}`];
	},
	onload(list) {
		list.page.add_inner_button(__("Interaction Centre"), () => frappe.set_route("c4s-interaction-centre"));
	},
};
