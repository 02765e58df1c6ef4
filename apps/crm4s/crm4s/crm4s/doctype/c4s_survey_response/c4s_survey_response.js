frappe.ui.form.on("C4S Survey Response", {
	setup(frm) {
		crm4s.own_store.offer(frm);
	},

	refresh(frm) {
		frm.set_df_property("answers", "cannot_add_rows", 1);
		frm.set_df_property("answers", "cannot_delete_rows", 1);
		if (frm.is_new() && frm.doc.survey && !frm.doc.answers?.length) frm.trigger("survey");
		if (frm.perm[0]?.write && frm.doc.survey)
			frm.add_custom_button(__("Ask the Questions"), () => ask(frm)).addClass("btn-primary-light");
	},

	survey(frm) {
		if (!frm.is_new()) return;
		frm.clear_table("answers");
		if (!frm.doc.survey) return frm.refresh_field("answers");
		frappe.db.get_doc("C4S Survey", frm.doc.survey).then((survey) => {
			frm.clear_table("answers");
			for (const { name, question, question_kind } of survey.questions)
				frm.add_child("answers", { question_row: name, question, question_kind });
			frm.refresh_field("answers");
			frm.refresh();
		});
	},

	service_visit(frm) {
		crm4s.forms.take_over(frm, "service_visit", ["customer", "vehicle", "dealership"]);
	},
});

// The whole questionnaire in one dialog, to be filled in during a call.
function ask(frm) {
	frappe.db.get_doc("C4S Survey", frm.doc.survey).then((survey) => {
		const given = Object.fromEntries(
			(frm.doc.answers || []).map((answer) => [answer.question_row, answer.text])
		);
		const dialog = new frappe.ui.Dialog({
			title: survey.title,
			size: "large",
			fields: [
				{
					fieldname: "introduction",
					fieldtype: "HTML",
					options: `<p>${frappe.utils.escape_html(survey.introduction || "")}</p>`,
				},
				...survey.questions.map((question) => ({
					...answer_field(question),
					fieldname: question.name,
					label: `${question.idx}. ${frappe.utils.escape_html(question.question)}`,
					default: given[question.name],
					reqd: question.mandatory,
				})),
			],
			primary_action_label: __("Save"),
			primary_action(values) {
				dialog.hide();
				for (const answer of frm.doc.answers) answer.text = values[answer.question_row] || "";
				frm.refresh_field("answers");
				frm.dirty();
				frm.save();
			},
		});
		dialog.show();
	});
}

function answer_field({ question_kind, options }) {
	const scale = { "Rating 1-10": [1, 10], "Rating 1-5": [1, 5], "NPS 0-10": [0, 10] }[question_kind];
	if (scale) {
		const numbers = Array.from({ length: scale[1] - scale[0] + 1 }, (_, step) => String(scale[0] + step));
		return { fieldtype: "Select", options: ["", ...numbers] };
	}
	if (question_kind === "Choice") {
		const choices = options
			.split("\n")
			.map((choice) => choice.trim())
			.filter(Boolean);
		return { fieldtype: "Select", options: ["", ...choices] };
	}
	return { fieldtype: "Small Text" };
}
