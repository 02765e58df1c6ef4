// What comes of a contact: a document made from the interaction centre is noted on the contact as soon as it is saved.
frappe.provide("crm4s.interactions");

// By the name that the document has until it is saved.
const expected = {};

// What is made of a contact, with what it says filled in; only fields that the document has.
const MADE = {
	"C4S Service Appointment": ({ said, phone, name }) => ({ concern: said, contact_phone: phone, contact_name: name }),
	"C4S Dispatch Order": ({ said, phone, name }) => ({ kind: "Rescue", concern: said, contact_phone: phone, contact_name: name }),
	"C4S Complaint": ({ said, channel }) => ({ description: said, channel }),
	"C4S Lead": ({ said, phone, name }) => ({ lead_name: name, phone, needs: said }),
};

crm4s.interactions.make = async (doctype, interaction, contact) => {
	await frappe.model.with_doctype(doctype);
	const doc = frappe.model.get_new_doc(doctype, null, null, true);
	expected[doc.name] = interaction;
	const { customer, vehicle, dealership } = contact;
	for (const [field, value] of Object.entries({ customer, vehicle, dealership, ...MADE[doctype](contact) })) {
		if (value && frappe.meta.has_field(doctype, field)) doc[field] = value;
	}
	frappe.set_route("Form", doctype, doc.name);
};

for (const doctype of Object.keys(MADE)) {
	frappe.ui.form.on(doctype, {
		before_save(frm) {
			frm.c4s_new_name = frm.is_new() ? frm.doc.name : null;
		},
		async after_save(frm) {
			const name = expected[frm.c4s_new_name];
			if (!name) return;
			delete expected[frm.c4s_new_name];
			frm.c4s_new_name = null;
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
