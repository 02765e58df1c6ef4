frappe.ui.form.on("C4S Coupon Offer", {
	setup(frm) {
		frm.set_query("part", () => ({ filters: { enabled: 1 } }));
		frm.set_query("dealership", "stores", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		frappe.realtime.off("c4s_coupons_given");
		frappe.realtime.on("c4s_coupons_given", ({ given }) => frappe.show_alert({ message: __("{0} coupons were given.", [given]), indicator: "green" }));
		const may = frappe.model.can_create("C4S Coupon") && frappe.model.can_write("C4S Segment");
		if (!frm.is_new() && frm.doc.enabled && may) frm.add_custom_button(__("Give to Segment"), () => give_to_segment(frm));
	},
});

function give_to_segment(frm) {
	crm4s.forms.ask(
		__("Give to Segment"),
		[
			{ fieldname: "segment", fieldtype: "Link", options: "C4S Segment", label: __("Segment"), reqd: 1, get_query: () => ({ filters: { enabled: 1 } }) },
			{
				fieldname: "dealership",
				fieldtype: "Link",
				options: "C4S Dealership",
				label: __("Dealership"),
				description: __("The store that gives the coupons. Empty: each customer's own."),
				get_query: () => ({ query: "crm4s.access.own_store.search", filters: { is_group: 0 } }),
			},
		],
		__("Give Coupons"),
		async (values) => {
			const members = await frappe.xcall("crm4s.segments.api.give_coupons", { offer: frm.doc.name, ...values });
			const message = __("Coupons for {0} members are being given; who has had one for this segment gets none.", [members]);
			frappe.show_alert({ message, indicator: "blue" });
		}
	);
}
