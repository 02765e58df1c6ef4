frappe.listview_settings["C4S Care Rule"] = {
	hide_name_column: true,
	add_fields: ["enabled"],
	formatters: crm4s.lists.in_words("rule_name"),
	get_indicator: (doc) => (doc.enabled ? [__("Enabled"), "green", "enabled,=,1"] : [__("Off"), "gray", "enabled,=,0"]),
	onload(list) {
		list.page.add_inner_button(__("Runs"), () => frappe.set_route("List", "C4S Care Run"));
		if (!frappe.model.can_write("C4S Care Rule")) return;
		list.page.add_inner_button(__("Run Now"), () => {
			frappe.confirm(__("Run all enabled rules for today? What was made already is not made again."), async () => {
				await frappe.xcall("crm4s.care.api.run_now");
				frappe.show_alert({ message: __("The run has begun; the log shows how far it is."), indicator: "blue" });
			});
		});
		frappe.realtime.off("c4s_care_run_done");
		frappe.realtime.on("c4s_care_run_done", ({ name }) => frappe.set_route("Form", "C4S Care Run", name));
	},
};
