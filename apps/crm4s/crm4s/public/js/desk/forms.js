// What several forms do alike.
import "./checklist.js";

frappe.provide("crm4s.forms");

// For the handler of a Link field: fields that are still empty take their value from the document that was chosen.
crm4s.forms.take_over = async (frm, link_field, fieldnames) => {
	const name = frm.doc[link_field];
	if (!name) return;
	const { options } = frappe.meta.get_docfield(frm.doctype, link_field);
	const { message } = await frappe.db.get_value(options, name, fieldnames);
	for (const [fieldname, value] of Object.entries(message || {})) {
		if (value && !frm.doc[fieldname]) frm.set_value(fieldname, value);
	}
};

// On a phone Frappe keeps the buttons of a form in its menu; those that stand out are the next step, and stay in sight.
$(document).on("form-refresh", (event, frm) => {
	if (!frm.doctype.startsWith("C4S ") || frm.c4s_next_steps) return;
	frm.c4s_next_steps = $("<div class='c4s-next-steps d-lg-none'>").prependTo(frm.$wrapper.find(".form-layout").first());
	// Buttons come whenever the form's scripts know what is next.
	const follow = frappe.utils.debounce(() => show_next_steps(frm), 50);
	new MutationObserver(follow).observe(frm.page.inner_toolbar[0], { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
	follow();
});

function show_next_steps(frm) {
	frm.c4s_next_steps.empty();
	for (const step of frm.page.inner_toolbar.children(".btn-primary, .btn-primary-light")) {
		$("<button class='btn btn-sm btn-primary'>").text(step.textContent.trim()).on("click", () => step.click()).appendTo(frm.c4s_next_steps);
	}
}

// A form that is reloaded because somebody changed its document would make itself the current one, also behind the form that was opened meanwhile.
$(document).on("form-refresh", (event, frm) => {
	const [view, doctype] = frappe.get_route();
	const shown = view === "Form" && frappe.views.formview?.[doctype]?.frm;
	if (shown && shown !== frm) window.cur_frm = shown;
});
