// "Show in Full" on forms with masked numbers: the reader says why, the server notes it (privacy/reveal.py), and the number stands there for a moment.
frappe.provide("crm4s.reveal");

const SHOWN_FOR_SECONDS = 30;

crm4s.reveal.offer = (frm) => {
	if (frm.is_new() || !frm.perm[0]?.write) return;
	const masked = (frappe.boot.c4s_revealed?.[frm.doctype] || []).filter(([field, twin]) => is_masked(frm, field, twin));
	for (const [field] of masked) {
		const label = __(frappe.meta.get_label(frm.doctype, field));
		frm.add_custom_button(label, () => ask(frm, field, label), __("Show in Full"));
	}
};

function is_masked(frm, field, twin) {
	if (!frm.doc[twin]) return false;
	const level = frappe.meta.get_docfield(frm.doctype, field).permlevel;
	return !frm.perm[level]?.read || frm.doc[field] === frm.doc[twin];
}

function ask(frm, field, label) {
	const dialog = new frappe.ui.Dialog({
		title: __("Show {0} in Full", [label]),
		fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("It is noted who looked, when and why.") }],
		primary_action_label: __("Show"),
		primary_action: async ({ reason }) => {
			const value = await frappe.xcall("crm4s.privacy.reveal.reveal", { doctype: frm.doctype, name: frm.doc.name, fieldname: field, reason });
			dialog.hide();
			show(label, value);
		},
	});
	dialog.show();
}

function show(label, value) {
	const dialog = new frappe.ui.Dialog({ title: label, fields: [{ fieldname: "value", fieldtype: "HTML" }] });
	const shown = $(`<p class="h4 text-center" style="word-break: break-all; user-select: all"></p>`).text(value);
	dialog.fields_dict.value.$wrapper.append(shown);
	dialog.fields_dict.value.$wrapper.append($(`<p class="text-muted text-center"></p>`).text(__("Shown for {0} seconds.", [SHOWN_FOR_SECONDS])));
	const closing = setTimeout(() => dialog.hide(), SHOWN_FOR_SECONDS * 1000);
	dialog.onhide = () => {
		clearTimeout(closing);
		shown.remove();
	};
	dialog.show();
}

$(document).on("form-refresh", (_event, frm) => crm4s.reveal.offer(frm));
