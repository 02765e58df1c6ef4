frappe.ui.form.on("C4S Club Post", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		const decide = (method, values) =>
			frappe.xcall(`crm4s.segments.club_posts.${method}`, { posts: [frm.doc.name], ...values }).then(() => frm.reload_doc());
		if (frm.doc.status !== "Published") frm.add_custom_button(__("Publish"), () => decide("publish"));
		if (frm.doc.status !== "Refused")
			frm.add_custom_button(__("Refuse"), () =>
				frappe.prompt({ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }, (values) => decide("refuse", values), __("Refuse the Post"), __("Refuse"))
			);
	},
});
