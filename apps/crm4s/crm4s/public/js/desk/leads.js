// What managers do with leads from the list and the form, and the dialogs for it.
frappe.provide("crm4s.leads");

const MANAGERS = [
	"System Manager",
	"C4S Administrator",
	"C4S Sales Manager",
	"C4S Dealer Manager",
	"C4S CRM Manager",
];

crm4s.leads.manages = () => MANAGERS.some((role) => frappe.user.has_role(role));

crm4s.leads.ask_reason = function (title, explanation, then) {
	crm4s.forms.ask(
		title,
		[
			{ fieldname: "explanation", fieldtype: "HTML", options: `<p class="text-muted">${explanation}</p>` },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		title,
		({ reason }) => then(reason)
	);
};

function consultant(reqd) {
	return {
		fieldname: "to_user",
		fieldtype: "Link",
		options: "User",
		label: __("Consultant"),
		reqd,
		get_query: () => ({ filters: { enabled: 1, user_type: "System User" } }),
	};
}

function told(message) {
	frappe.show_alert({ message, indicator: "green" });
}

crm4s.leads.reassign = function (leads, then) {
	if (!leads.length) return;
	crm4s.forms.ask(
		__("Give {0} Leads to Somebody Else", [leads.length]),
		[consultant(1), { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }],
		__("Give"),
		async (values) => {
			const count = await frappe.xcall("crm4s.assignment.handover.reassign", { leads, ...values });
			told(__("{0} leads changed hands.", [count]));
			then();
		}
	);
};

crm4s.leads.hand_over = function (then) {
	crm4s.forms.ask(
		__("Hand Over a Consultant's Leads"),
		[
			{ ...consultant(1), fieldname: "from_user", label: __("Leads Of") },
			{
				...consultant(0),
				label: __("To"),
				description: __("Empty: the assignment rules share them out."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		__("Hand Over"),
		async (values) => {
			const result = await frappe.xcall("crm4s.assignment.handover.hand_over", values);
			told(__("{0} leads handed over, {1} without a consultant.", [result.given, result.left]));
			then();
		}
	);
};

crm4s.leads.give_by_rule = function (leads, then) {
	if (!leads.length) return;
	frappe.xcall("crm4s.assignment.handover.give_by_rule", { leads }).then((result) => {
		told(__("{0} leads given, {1} without a consultant.", [result.given, result.left]));
		then();
	});
};

crm4s.leads.give_back = function (leads, then) {
	if (!leads.length) return;
	crm4s.leads.ask_reason(__("To the Pool"), __("{0} leads go to the public pool.", [leads.length]), (reason) =>
		frappe.xcall("crm4s.leads.pool.give_back", { leads, reason }).then((count) => {
			told(__("{0} leads are in the pool now.", [count]));
			then();
		})
	);
};

// What was said with the customer, for whoever writes it down: the lead's form, or the list of the day. True once saved.
crm4s.leads.ask_contact = async function (grade, save) {
	await frappe.model.with_doctype("C4S Lead Contact");
	const fields = [
		{
			fieldname: "contacted_on",
			fieldtype: "Datetime",
			label: __("Contacted On"),
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{
			fieldname: "channel",
			fieldtype: "Select",
			label: __("Channel"),
			options: crm4s.forms.options_of("C4S Lead Contact", "channel"),
			default: "Phone",
			reqd: 1,
		},
		{
			fieldname: "outcome",
			fieldtype: "Link",
			options: "C4S Contact Outcome",
			label: __("Outcome"),
			get_query: () => ({ filters: { enabled: 1 } }),
		},
		{ fieldname: "summary", fieldtype: "Small Text", label: __("Summary"), reqd: 1 },
		{
			fieldname: "next_contact_on",
			fieldtype: "Date",
			label: __("Next Contact On"),
			description: __("Agreed with the customer; without it the outcome or the grade's contact interval counts."),
		},
		{
			fieldname: "grade",
			fieldtype: "Link",
			options: "C4S Lead Grade",
			label: __("Grade"),
			default: grade,
		},
	];
	return crm4s.forms.ask_until_saved(__("Log Contact"), fields, __("Save"), save);
};
