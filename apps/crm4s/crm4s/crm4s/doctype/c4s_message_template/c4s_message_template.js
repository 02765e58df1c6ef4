frappe.ui.form.on("C4S Message Template", {
	refresh(frm) {
		show_common(frm);
		if (!frm.is_new()) frm.add_custom_button(__("Preview"), () => preview(frm));
	},
});

async function show_common(frm) {
	const { message } = await frappe.call("crm4s.messages.preview.placeholders");
	const names = message.map((name) => `<code class="mr-2">{${name}}</code>`).join(" ");
	frm.get_field("common_placeholders").html(`<div class="control-label">${__("Always There")}</div><div style="line-height: 2">${names}</div>`);
}

// With a real customer, and values that are typed for the template's own placeholders.
function preview(frm) {
	const own = (frm.doc.placeholders || "").split("\n").map((line) => line.trim().replace("*", "")).filter(Boolean);
	const dialog = new frappe.ui.Dialog({
		title: __("Preview"),
		size: "large",
		fields: [
			{ fieldname: "customer", fieldtype: "Link", options: "C4S Customer", label: __("Customer"), reqd: 1 },
			{ fieldname: "dealership", fieldtype: "Link", options: "C4S Dealership", label: __("Dealership"), default: frappe.defaults.get_default("C4S Dealership") },
			...own.map((name) => ({ fieldname: `value_${name}`, fieldtype: "Data", label: name })),
			{ fieldname: "shown", fieldtype: "HTML" },
		],
		primary_action_label: __("Show"),
		async primary_action(values) {
			const given = Object.fromEntries(own.map((name) => [name, values[`value_${name}`]]).filter(([, value]) => value));
			const { message } = await frappe.call("crm4s.messages.preview.preview", {
				template: frm.doc.name,
				customer: values.customer,
				dealership: values.dealership,
				values: given,
			});
			dialog.get_field("shown").html(message.map(text_card).join(""));
		},
	});
	dialog.show();
}

function text_card({ channel_kind, language, subject, text, length }) {
	const escape = frappe.utils.escape_html;
	return `<div class="border rounded p-3 mb-2">
		<div class="text-muted small">${__(channel_kind)} · ${language} · ${__("{0} characters", [length])}</div>
		${subject ? `<div class="font-weight-bold">${escape(subject)}</div>` : ""}
		<div style="white-space: pre-wrap">${escape(text)}</div>
	</div>`;
}
