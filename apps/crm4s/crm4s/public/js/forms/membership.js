// A customer's membership: the points at a glance, or the button that makes a member.
frappe.ui.form.on("C4S Customer", {
	async refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("C4S Membership")) return;
		const name = frm.doc.name;
		const member = await frappe.xcall("crm4s.membership.actions.membership_of_customer", { customer: name });
		if (frm.doc.name !== name) return;
		if (member) {
			const text = [member.tier && __(member.tier), __("{0} loyalty points", [member.balance])].filter(Boolean).join(" · ");
			frm.add_custom_button(frappe.utils.escape_html(text), () => frappe.set_route("Form", "C4S Membership", member.name));
		} else if (frappe.model.can_create("C4S Membership") && !frm.doc.disabled) {
			frm.add_custom_button(__("Make Member"), async () => {
				const membership = await frappe.xcall("crm4s.membership.actions.enrol", { customer: name });
				frappe.set_route("Form", "C4S Membership", membership);
			});
		}
	},
});
