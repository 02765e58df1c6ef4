frappe.listview_settings["C4S Insurance Claim"] = {
	hide_name_column: true,
	onload: (list) => crm4s.lists.hide_closed_filters(list),
	add_fields: ["status", "due_on"],
	filters: [["status", "not in", ["Paid Out", "Claim Rejected", "Withdrawn"]]],
	get_indicator(doc) {
		const colours = { Reported: "orange", "Paid Out": "green", "Claim Rejected": "gray", Withdrawn: "gray" };
		const late = doc.due_on && doc.due_on < frappe.datetime.get_today();
		const text = late ? __("{0}, late", [__(doc.status)]) : __(doc.status);
		return [text, late ? "red" : colours[doc.status] || "blue", `status,=,${doc.status}`];
	},
};
