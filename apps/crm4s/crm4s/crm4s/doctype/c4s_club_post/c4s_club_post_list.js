frappe.listview_settings["C4S Club Post"] = {
	hide_name_column: true,
	add_fields: ["status", "reports"],

	get_indicator(doc) {
		if (doc.status === "Published" && doc.reports) return [__("Reported by Members"), "red", "status,=,Published|reports,>,0"];
		const colours = { "Waiting for Review": "orange", Published: "green", Refused: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},

	onload(list) {
		if (!frappe.model.can_write("C4S Club Post")) return;
		const decide = (method, values) =>
			frappe.xcall(`crm4s.segments.club_posts.${method}`, { posts: list.get_checked_items(true), ...values }).then(() => {
				list.clear_checked_items();
				list.refresh();
			});
		list.page.add_actions_menu_item(__("Publish"), () => decide("publish"), false);
		list.page.add_actions_menu_item(
			__("Refuse"),
			() => frappe.prompt({ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }, (values) => decide("refuse", values), __("Refuse the Post"), __("Refuse")),
			false
		);
	},
};
