// A survey as it is answered, in a frame as wide as a phone: the preview of a draft, and the form that an agent fills in during a call.
frappe.provide("crm4s.surveys");

crm4s.surveys.show_phone = (title, url, answered) => {
	const dialog = new frappe.ui.Dialog({ title, fields: [{ fieldname: "frame", fieldtype: "HTML" }] });
	const frame = $('<iframe class="c4s-survey-frame">').attr({ src: url, title });
	dialog.get_field("frame").$wrapper.empty().append(frame);
	let is_answered = false;
	const hear = (event) => {
		if (event.origin === location.origin && event.data && "c4s_survey_answered" in event.data) is_answered = true;
	};
	window.addEventListener("message", hear);
	dialog.onhide = () => {
		window.removeEventListener("message", hear);
		if (is_answered && answered) answered();
	};
	dialog.show();
};
