frappe.listview_settings["C4S Survey Invitation"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Invited: "blue", Opened: "yellow", Answered: "green", Expired: "gray", Withdrawn: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
