// What the deal's form and the list of the day ask alike.
frappe.provide("crm4s.deals");

const CONTACT = "C4S Deal Care Contact";

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

	async follow_up_fields() {
		await frappe.model.with_doctype(CONTACT);
		return [...crm4s.forms.follow_up_fields(crm4s.forms.options_of(CONTACT, "outcome"), "summary"), channel()];
	},
});
