frappe.listview_settings["C4S Manufacturer Report"] = {
	hide_name_column: true,
	get_indicator(doc) {
		const colour = { Collecting: "orange", Sent: "blue", Answered: "purple", Closed: "green" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
