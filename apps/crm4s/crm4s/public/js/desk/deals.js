// What the deal's form and the list of the day ask alike.
frappe.provide("crm4s.deals");

const CONTACT = "C4S Deal Care Contact";
const NOT_REACHED = "doc.outcome === 'Not Reached'";

const channel = () => ({ fieldname: "channel", fieldtype: "Select", label: __("Channel"), options: crm4s.forms.options_of(CONTACT, "channel"), default: "Phone", reqd: 1 });

Object.assign(crm4s.deals, {
	// How a customer who waits for the car was looked after.
	async care_fields() {
		await frappe.model.with_doctype(CONTACT);
		return [
			channel(),
			{ fieldname: "summary", fieldtype: "Small Text", label: __("Summary"), reqd: 1 },
			{
				fieldname: "next_care_on",
				fieldtype: "Date",
				label: __("Next Care On"),
				description: __("Agreed with the customer; without it the interval of the settings counts."),
			},
		];
	},

	// How the call after delivery went; whoever was not reached stays on the list.
	async follow_up_fields() {
		await frappe.model.with_doctype(CONTACT);
		return [
			{ fieldname: "outcome", fieldtype: "Select", label: __("Outcome"), options: crm4s.forms.options_of(CONTACT, "outcome"), reqd: 1 },
			channel(),
			{
				fieldname: "summary",
				fieldtype: "Small Text",
				label: __("What the Customer Said"),
				mandatory_depends_on: `eval:doc.outcome && !(${NOT_REACHED})`,
			},
			{
				fieldname: "next_call_on",
				fieldtype: "Date",
				label: __("Next Call On"),
				description: __("Empty means tomorrow."),
				depends_on: `eval:${NOT_REACHED}`,
			},
		];
	},
});
