frappe.listview_settings["C4S Deal"] = {
	hide_name_column: true,
	add_fields: ["status", "promised_on", "next_care_on", "discount_needs_approval", "balance_due", "refund_due", "follow_up_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Cancelled") {
			if (doc.refund_due > 0) return [__("To Pay Back"), "orange", "status,=,Cancelled|refund_due,>,0"];
			return [__("Cancelled"), "gray", "status,=,Cancelled"];
		}
		if (doc.follow_up_on && doc.follow_up_on <= today)
			return [__("Call After Delivery"), doc.follow_up_on < today ? "red" : "orange", `status,=,Delivered|follow_up_on,<=,${today}`];
		if (doc.status === "Delivered") return [__("Delivered"), "green", "status,=,Delivered"];
		if (doc.discount_needs_approval)
			return [__("Discount Waits for Approval"), "orange", "discount_needs_approval,=,1"];
		if (doc.status === "Quoted") return [__("Quoted"), "blue", "status,=,Quoted"];
		if (doc.promised_on && doc.promised_on < today)
			return [__("Later than Promised"), "red", `status,=,Ordered|promised_on,<,${today}`];
		if (doc.next_care_on && doc.next_care_on < today)
			return [__("Care Overdue"), "yellow", `status,=,Ordered|next_care_on,<,${today}`];
		return [__("Ordered"), "purple", "status,=,Ordered"];
	},
};
