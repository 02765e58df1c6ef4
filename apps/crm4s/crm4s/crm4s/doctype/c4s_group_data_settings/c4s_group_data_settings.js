frappe.ui.form.on("C4S Group Data Settings", {
	async refresh(frm) {
		const run = await frappe.xcall("crm4s.group_data.api.last_run");
		frm.get_field("last_run").$wrapper.html(`<p class="text-muted">${frappe.utils.escape_html(said(run))}</p>`);
		if (run.name) frm.add_custom_button(__("Exports"), () => frappe.set_route("List", "C4S Group Data Run"));
		frm.add_custom_button(__("Stores Side by Side"), () => frappe.set_route("query-report", "C4S Stores Side by Side"));
		if (!frm.doc.enabled || !frappe.model.can_create("C4S Group Data Run")) return;
		frm.add_custom_button(__("Export Now"), () =>
			frappe.xcall("crm4s.group_data.api.export_now").then(() => {
				frappe.show_alert({ message: __("The export has begun; its page shows how far it is."), indicator: "blue" });
			}),
		);
	},
});

function said(run) {
	if (!run.name) return __("Nothing was exported yet.");
	const day = frappe.datetime.str_to_user(run.started_on);
	if (run.status === "Running") return __("Begun on {0}: {1} % done.", [day, Math.round(run.progress_percent)]);
	if (run.status !== "Done") return __("The export of {0} ended with an error: {1}", [day, run.error || ""]);
	return __("Exported on {0}: {1} rows in {2} files, {3} of them written anew, {4} MB.", [
		day,
		format_number(run.row_count, null, 0),
		run.files,
		run.files_written,
		run.megabytes,
	]);
}
