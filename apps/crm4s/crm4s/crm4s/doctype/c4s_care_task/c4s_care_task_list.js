frappe.listview_settings["C4S Care Task"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on", "next_call_on"],
	get_indicator(doc) {
		const late = doc.status === "Open" && doc.due_on < frappe.datetime.get_today();
		const colour = late ? "red" : { Open: "orange", Message: "blue", Done: "green", Cancelled: "gray" }[doc.status];
		return [late ? __("Overdue") : __(doc.status), colour, `status,=,${doc.status}`];
	},
	onload(list) {
		list.page.add_inner_button(__("Care Queue"), () => frappe.set_route("c4s-care-queue"));
	},
};
