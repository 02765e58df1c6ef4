// What comes of a contact: a document made from the interaction centre is noted on the contact as soon as it is saved.
frappe.provide("crm4s.interactions");

const expected = {};

crm4s.interactions.expect = (doctype, interaction) => {
	expected[doctype] = interaction;
};

for (const doctype of ["C4S Service Appointment", "C4S Dispatch Order", "C4S Complaint", "C4S Lead"]) {
	frappe.ui.form.on(doctype, {
		before_save(frm) {
			frm.c4s_of_interaction = frm.is_new() ? expected[doctype] : null;
		},
		async after_save(frm) {
			const name = frm.c4s_of_interaction;
			if (!name) return;
			frm.c4s_of_interaction = null;
			delete expected[doctype];
			await frappe.xcall("crm4s.interactions.api.set_outcome", { name, doctype, document_name: frm.doc.name });
			frappe.show_alert({ message: __("Noted on the contact {0}.", [name]), indicator: "green" });
			frm.page.add_inner_message(`<a href="/app/c4s-interaction-centre">${__("Back to the Call")}</a>`);
		},
	});
}

// A call rings at this agent's telephone: on whatever page he or she is, one click leads to who it is. The centre itself shows it at once.
$(document).on("app_ready", () => {
	frappe.realtime.on("c4s_call", ({ event, phone, title, direction }) => {
		if (event !== "ringing" || direction === "Outbound" || frappe.get_route()[0] === "c4s-interaction-centre") return;
		frappe.show_alert({ message: __("{0} is calling.", [`<b>${frappe.utils.escape_html(title || __("Unknown caller"))}</b>`]) + ` <a class="c4s-call-open">${__("Open")}</a>`, indicator: "green" }, 30);
		$(".c4s-call-open").last().on("click", () => {
			frappe.route_options = { call_text: phone };
			frappe.set_route("c4s-interaction-centre");
		});
	});
});
