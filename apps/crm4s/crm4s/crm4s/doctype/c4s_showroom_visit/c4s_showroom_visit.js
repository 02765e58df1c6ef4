frappe.ui.form.on("C4S Showroom Visit", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("interested_model", () => ({ filters: { enabled: 1 } }));
		frm.set_query("lead", () => ({ filters: { dealership: frm.doc.dealership, status: "Open" } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write || crm4s.own_store.is_shared(frm)) return;
		add_steps(frm);
		if (!frm.doc.lead && frappe.model.can_create("C4S Lead")) {
			frm.add_custom_button(__("Open a Lead"), step(frm, "open_lead"));
		}
		if (frappe.model.can_create("C4S Purchase Advice")) {
			frm.add_custom_button(__("Purchase Advice"), () =>
				frappe.new_doc("C4S Purchase Advice", {
					showroom_visit: frm.doc.name,
					lead: frm.doc.lead,
					customer: frm.doc.customer,
					person_name: frm.doc.visitor_name,
				})
			);
		}
	},
});

// What can happen next stands in front, the undo in the menu.
function add_steps(frm) {
	const { status, sales_consultant } = frm.doc;
	const primary = (label, method) => frm.add_custom_button(label, step(frm, method)).addClass("btn-primary");
	if (status === "Gone") {
		frm.page.add_menu_item(__("Undo Leaving"), step(frm, "come_back"));
		return;
	}
	if (status === "Waiting for Consultant" && sales_consultant) {
		primary(__("Take"), "take");
		frm.add_custom_button(__("Pass On"), step(frm, "pass_on"));
	} else if (status === "Waiting for Consultant") {
		primary(__("Hand to Consultant"), "hand_over");
		if (frappe.user.has_role("C4S Sales Consultant")) frm.add_custom_button(__("Take"), step(frm, "take"));
	}
	if (sales_consultant) frm.page.add_menu_item(__("Undo Hand-Over"), step(frm, "take_back"));
	frm.add_custom_button(__("Leave"), step(frm, "leave", frm.doc));
}

function step(frm, method, argument = frm.docname) {
	return async () => {
		if (frm.is_dirty()) await frm.save();
		await crm4s.reception[method](argument);
		frm.reload_doc();
	};
}
