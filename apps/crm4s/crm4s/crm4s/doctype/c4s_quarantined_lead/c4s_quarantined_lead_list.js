frappe.listview_settings["C4S Quarantined Lead"] = {
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
	get_indicator(doc) {
		const colours = { Open: "orange", Solved: "green", Discarded: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
