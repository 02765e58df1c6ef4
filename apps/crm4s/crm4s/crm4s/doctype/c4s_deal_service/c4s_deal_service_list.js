const is_overdue = (doc) =>
	["Open", "In Progress"].includes(doc.status) && doc.due_on && doc.due_on < frappe.datetime.get_today();

frappe.listview_settings["C4S Deal Service"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		if (doc.status === "Done") return [__("Done"), "green", "status,=,Done"];
		if (doc.status === "Cancelled") return [__("Cancelled"), "gray", "status,=,Cancelled"];
		if (is_overdue(doc))
			return [__("Overdue"), "red", `status,in,Open,In Progress|due_on,<,${frappe.datetime.get_today()}`];
		if (doc.status === "In Progress") return [__("In Progress"), "orange", "status,=,In Progress"];
		return [__("Open"), "blue", "status,=,Open"];
	},

	// On the board what is overdue has a red edge; its cards are drawn after the list.
	refresh(list) {
		if (list.view_name !== "Kanban") return;
		setTimeout(() => {
			for (const row of list.data) {
				$(`.kanban-card-wrapper[data-name="${encodeURIComponent(row.name)}"] .kanban-card`).css(
					"border-left",
					is_overdue(row) ? "4px solid var(--red-500)" : ""
				);
			}
		}, 400);
	},
};
