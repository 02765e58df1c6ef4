const FROM_INVITATION = ["survey", "dealership", "responded_on", "channel", "customer", "vehicle", "lead", "service_visit", "deal", "complaint"];

frappe.ui.form.on("C4S Survey Response", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("survey", () => ({ filters: { enabled: 1, published_version: ["is", "set"] } }));
	},

	refresh(frm) {
		frm.set_df_property("answers", "cannot_add_rows", 1);
		frm.set_df_property("answers", "cannot_delete_rows", 1);
		if (frm.is_new() && frm.doc.survey && !frm.doc.answers?.length) frm.trigger("survey");
		// Whom, when and about what it rates follows from the invitation.
		const fixed = frm.doc.invitation && !frm.is_new() ? 1 : 0;
		for (const field of FROM_INVITATION) frm.set_df_property(field, "read_only", fixed);
		const by_customer = frm.doc.owner === "Guest";
		frm.set_df_property("answers", "read_only", by_customer ? 1 : 0);
		if (frm.perm[0]?.write && frm.doc.survey && !by_customer && !crm4s.own_store.is_shared(frm))
			frm.add_custom_button(__("Ask the Questions"), () => ask(frm)).addClass("btn-primary-light");
		if (frm.doc.is_low && !frm.is_new())
			frm.dashboard.set_headline(
				frm.doc.loop_closed_on
					? __("Low score; the loop was closed after {0} hours.", [format_number(frm.doc.hours_to_close, null, 1)])
					: __("Low score: {0}", [frappe.utils.escape_html(frm.doc.low_because || "")])
			);
	},

	async survey(frm) {
		if (!frm.is_new()) return;
		frm.clear_table("answers");
		if (frm.doc.survey) {
			const { questions } = await content_for(frm);
			// Somebody may have chosen another survey meanwhile.
			frm.clear_table("answers");
			for (const { row, question, question_kind } of questions) frm.add_child("answers", { question_row: row, question, question_kind });
		}
		frm.refresh_field("answers");
		frm.refresh();
	},

	service_visit(frm) {
		crm4s.forms.take_over(frm, "service_visit", ["customer", "vehicle", "dealership"]);
	},

	deal(frm) {
		crm4s.forms.take_over(frm, "deal", ["customer", "vehicle", "dealership"]);
	},
});

async function content_for(frm) {
	const version = frm.doc.version || (await frappe.db.get_value("C4S Survey", frm.doc.survey, "published_version")).message.published_version;
	if (!version) frappe.throw(__("Survey {0} has not been published yet.", [frappe.utils.escape_html(frm.doc.survey)]));
	return frappe.xcall("crm4s.surveys.api.version_content", { version });
}

// The whole questionnaire in one dialog, to be filled in during a call; questions appear as the answers ask for them.
async function ask(frm) {
	const safe = frappe.utils.escape_html;
	const { title, introduction, questions, words } = await content_for(frm);
	const say = (text) => safe(words[text] || text);
	const given = Object.fromEntries((frm.doc.answers || []).map((answer) => [answer.question_row, answer]));
	const row_of = Object.fromEntries(questions.map(({ code, row }) => [code, row]));
	const fields = [{ fieldname: "introduction", fieldtype: "HTML", options: `<p>${say(introduction || "")}</p>` }];
	for (const question of questions) {
		const condition = condition_of(question, row_of);
		if (question.section) fields.push({ fieldtype: "Section Break", label: say(question.section) });
		fields.push({
			...answer_field(question, words),
			fieldname: question.row,
			label: `${question.number}. ${say(question.question)}`,
			default: question.question_kind === "Photo" ? given[question.row]?.photo : given[question.row]?.text,
			depends_on: condition,
			// What is hidden is not asked for.
			[condition ? "mandatory_depends_on" : "reqd"]: question.mandatory ? condition || 1 : 0,
		});
		if (question.asks_reason || question.question_kind === "Yes/No")
			fields.push({
				fieldname: `why_${question.row}`,
				fieldtype: "Small Text",
				label: __("Why?"),
				default: given[question.row]?.reason,
				depends_on: question.asks_reason ? `eval:doc["${question.row}"]` : `eval:doc["${question.row}"] === "No"`,
			});
	}
	const dialog = new frappe.ui.Dialog({
		title: say(title),
		size: "large",
		fields,
		primary_action_label: __("Save"),
		primary_action(values) {
			dialog.hide();
			const rows = Object.fromEntries((frm.doc.answers || []).map((answer) => [answer.question_row, answer]));
			for (const { row, question, question_kind } of questions) {
				const value = values[row] || "";
				const answer = rows[row] || (value ? frm.add_child("answers", { question_row: row, question, question_kind }) : {});
				if (question_kind === "Photo") answer.photo = value;
				else answer.text = Array.isArray(value) ? value.join("\n") : value;
				answer.reason = values[`why_${row}`] || "";
			}
			frm.refresh_field("answers");
			frm.dirty();
			frm.save();
		},
	});
	dialog.show();
}

function condition_of({ shown_if_question, shown_if, shown_if_value }, row_of) {
	if (!shown_if_question) return undefined;
	const given = `doc["${row_of[shown_if_question]}"]`;
	const wanted = JSON.stringify(shown_if_value);
	if (shown_if === "Was Answered") return `eval:${given}`;
	if (shown_if === "Is at Most") return `eval:${given} && cint(${given}) <= cint(${wanted})`;
	if (shown_if === "Is at Least") return `eval:${given} && cint(${given}) >= cint(${wanted})`;
	const is = `String(${given}).split("\\n").concat(${given}).includes(${wanted})`;
	return `eval:${given} && ${shown_if === "Is" ? is : `!${is}`}`;
}

function answer_field({ question_kind, options }, words) {
	const named = options.map((value) => ({ value, label: words[value] || value }));
	const scale = { "Rating 1-10": [1, 10], "Rating 1-5": [1, 5], "NPS 0-10": [0, 10] }[question_kind];
	if (scale) {
		const numbers = Array.from({ length: scale[1] - scale[0] + 1 }, (_, step) => String(scale[0] + step));
		return { fieldtype: "Select", options: ["", ...numbers] };
	}
	if (question_kind === "Choice") return { fieldtype: "Select", options: ["", ...named] };
	if (question_kind === "Yes/No") return { fieldtype: "Select", options: ["", ...crm4s.forms.choices(["Yes", "No", "Not Applicable"])] };
	if (question_kind === "Multiple Choice") return { fieldtype: "MultiCheck", columns: 2, options: named.map(({ value, label }) => ({ value, label: frappe.utils.escape_html(label) })) };
	if (question_kind === "Photo") return { fieldtype: "Attach Image" };
	return { fieldtype: "Small Text" };
}
