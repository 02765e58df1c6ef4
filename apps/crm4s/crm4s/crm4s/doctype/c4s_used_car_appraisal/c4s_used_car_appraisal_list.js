frappe.listview_settings["C4S Used Car Appraisal"] = {
	hide_name_column: true,
	onload: (list) => crm4s.lists.hide_closed_filters(list),
	add_fields: ["status", "offer_valid_until", "needs_approval"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.needs_approval) return [__("Waits for Approval"), "orange", "needs_approval,=,1"];
		if (doc.status === "Offered" && doc.offer_valid_until < today)
			return [__("Offer Past Its Last Day"), "red", `status,=,Offered|offer_valid_until,<,${today}`];
		if (doc.status === "Offered" && doc.offer_valid_until <= frappe.datetime.add_days(today, 2))
			return [__("Offer Ends Soon"), "yellow", `status,=,Offered|offer_valid_until,<=,${frappe.datetime.add_days(today, 2)}`];
		const colours = { Draft: "gray", Offered: "blue", Accepted: "purple", Refused: "red", Expired: "orange", Bought: "green" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
