frappe.listview_settings["C4S Service Appointment"] = {
	hide_name_column: true,
	add_fields: ["status", "planned_from", "planned_to", "parts_missing", "reminded_on"],
	filters: [["status", "=", "Booked"]],
	get_indicator(doc) {
		const now = frappe.datetime.now_datetime();
		if (doc.status === "Arrived") return [__("Arrived"), "green", "status,=,Arrived"];
		if (doc.status === "No-Show") return [__("No-Show"), "red", "status,=,No-Show"];
		if (doc.status === "Cancelled") return [__("Cancelled"), "gray", "status,=,Cancelled"];
		if (doc.planned_from < now) return [__("Not Here Yet"), "orange", `status,=,Booked|planned_from,<,${now}`];
		if (doc.parts_missing) return [__("Parts Missing"), "yellow", "status,=,Booked|parts_missing,=,1"];
		return [__("Booked"), "blue", "status,=,Booked"];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		if (frappe.model.can_create("C4S Service Appointment")) {
			list.page.add_inner_button(__("Appointment Desk"), () => frappe.set_route("c4s-appointment-desk"));
		}
	},
};
