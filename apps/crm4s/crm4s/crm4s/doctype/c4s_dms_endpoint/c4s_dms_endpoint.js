frappe.ui.form.on("C4S DMS Endpoint", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		frm.add_custom_button(__("New Secret"), () => rotate(frm));
		frm.add_custom_button(__("Send Now"), () => press(frm, "send_now", {}, () => __("It is sent at once.")));
		frm.add_custom_button(__("Deliveries"), () => frappe.set_route("List", "C4S DMS Delivery", { endpoint: frm.doc.name }));
		frm.add_custom_button(__("Replay Dead Deliveries"), () => press(frm, "replay", {}, (count) => __("{0} deliveries wait again.", [count])));
		frm.add_custom_button(__("Send a Range Again"), () => ask_range(frm));
	},
});

function press(frm, method, values, said) {
	return frappe.xcall(`crm4s.dms.webhooks.api.${method}`, { endpoint: frm.doc.name, ...values }).then((answer) => {
		frappe.show_alert({ message: said(answer), indicator: "green" });
		frm.reload_doc();
	});
}

function rotate(frm) {
	frappe.confirm(__("Make a new secret? The one now in use signs as well for {0} hours.", [frm.doc.overlap_hours]), () =>
		frappe.xcall("crm4s.dms.webhooks.api.rotate_secret", { endpoint: frm.doc.name }).then((secret) => {
			frm.reload_doc();
			frappe.msgprint({
				title: __("Secret"),
				indicator: "orange",
				message: `${__("It is shown only now. Give it to the other side:")}<p><code>${frappe.utils.escape_html(secret)}</code></p>`,
			});
		})
	);
}

function ask_range(frm) {
	frappe.prompt(
		[
			{ fieldname: "first_position", fieldtype: "Int", label: __("First Position"), reqd: 1 },
			{ fieldname: "last_position", fieldtype: "Int", label: __("Last Position"), reqd: 1, default: frm.doc.position },
		],
		(values) => press(frm, "resend", values, (count) => __("{0} deliveries are sent again.", [count])),
		__("Send a Range Again"),
		__("Send")
	);
}
