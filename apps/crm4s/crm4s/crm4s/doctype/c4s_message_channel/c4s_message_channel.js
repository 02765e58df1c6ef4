frappe.ui.form.on("C4S Message Channel", {
	refresh(frm) {
		if (frm.is_new() || !frm.doc.enabled) return;
		frm.add_custom_button(__("Try"), () => try_channel(frm));
	},
});

function try_channel(frm) {
	frappe.prompt(
		[
			{ fieldname: "address", fieldtype: "Data", label: __("Address"), reqd: 1, description: __("Your own phone number, e-mail address or contact number.") },
			{ fieldname: "text", fieldtype: "Small Text", label: __("Text"), reqd: 1, default: __("This is a trial.") },
		],
		async ({ address, text }) => {
			const { message } = await frappe.call({ method: "crm4s.messages.api.try_channel", args: { channel: frm.doc.name, address, text }, freeze: true });
			frappe.msgprint({ title: __("Try"), message: frappe.utils.escape_html(message.said), indicator: message.taken ? "green" : "red" });
		},
		__("Try"),
		__("Send")
	);
}
