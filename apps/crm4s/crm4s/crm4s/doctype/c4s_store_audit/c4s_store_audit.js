const METHODS = "crm4s.audits.api";
const FILLING = ["Scheduled", "Under Way"];

frappe.ui.form.on("C4S Store Audit", {
	setup(frm) {
		frm.set_query("survey", () => ({ filters: { enabled: 1, survey_kind: ["in", ["Mystery Shopper", "On-Site Assessment"]] } }));
		frm.set_query("dealership", () => ({ filters: { is_group: 0 } }));
		frm.set_query("auditor", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("follow_up_of", () => ({ filters: { dealership: frm.doc.dealership, status: "Published" } }));
	},

	async refresh(frm) {
		for (const field of ["sheet", "gaps"]) frm.get_field(field).$wrapper.empty();
		if (frm.is_new()) return;
		const name = frm.doc.name;
		const found = await frappe.xcall(`${METHODS}.sheet`, { audit: name });
		if (frm.doc.name !== name) return;
		const filling = found.may_write && FILLING.includes(frm.doc.status);
		for (const field of ["survey", "dealership", "auditor", "window_from", "window_until", "follow_up_of", "scenario"]) {
			frm.set_df_property(field, "read_only", found.plans && filling ? 0 : 1);
		}
		new Sheet(frm, found, filling).draw();
		offer_steps(frm, found);
		if (["Handed In", "Published"].includes(frm.doc.status)) show_gaps(frm, found.plans);
	},
});

async function call(frm, method, values = {}) {
	await frappe.xcall(`${METHODS}.${method}`, { audit: frm.doc.name, ...values });
	await frm.reload_doc();
}

function offer_steps(frm, { plans }) {
	const why = (title, method) => crm4s.forms.ask(title, [{ fieldname: "why", fieldtype: "Small Text", label: __("Why"), reqd: 1 }], __("Save"), (values) => call(frm, method, values));
	if (plans && frm.doc.status === "Handed In") {
		frm.add_custom_button(__("Publish to the Store"), () =>
			crm4s.forms.ask(
				__("Publish to the Store"),
				[
					{
						fieldname: "consequence",
						fieldtype: "Select",
						label: __("Consequence"),
						options: [{ value: "", label: __("None") }, ...crm4s.forms.choices(["Warning", "Suspension", "Suspension Lifted"])],
						description: __("A suspended outlet gets no new leads."),
					},
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Why"), mandatory_depends_on: "consequence", depends_on: "consequence" },
				],
				__("Publish"),
				(values) => call(frm, "publish", values)
			)
		).addClass("btn-primary");
		frm.add_custom_button(__("Give Back"), () => why(__("Give Back"), "give_back"));
	}
	if (plans && frm.doc.status === "Published") {
		frm.add_custom_button(__("Plan a Follow-Up"), () => {
			const { survey, dealership, auditor, scenario, name } = frm.doc;
			// Given with the route, texts would be left out.
			frappe.new_doc("C4S Store Audit", {}, (doc) => Object.assign(doc, { survey, dealership, auditor, scenario, follow_up_of: name }));
		});
	}
	if (plans && !["Published", "Cancelled"].includes(frm.doc.status)) frm.add_custom_button(__("Cancel Audit"), () => why(__("Cancel Audit"), "cancel"));
}

const safe = (text) => frappe.utils.escape_html(String(text ?? ""));

// The questions as cards that a thumb can use; answers stand in the rows of the form and are saved with it.
class Sheet {
	constructor(frm, found, filling) {
		Object.assign(this, { frm, found, filling });
		this.$box = $("<div class='c4s-sheet'>").appendTo(frm.get_field("sheet").$wrapper);
	}

	draw() {
		if (this.found.introduction) $("<p class='text-muted'>").text(this.found.introduction).appendTo(this.$box);
		this.$progress = $("<div class='c4s-sheet-progress'>").appendTo(this.$box);
		let heading = null;
		for (const question of this.found.questions) {
			if (question.heading && question.heading !== heading) $("<h5 class='mt-4'>").text(question.heading).appendTo(this.$box);
			heading = question.heading;
			this.card(question).appendTo(this.$box);
		}
		this.show_progress();
		if (this.filling) this.ends();
	}

	// Below the last question, since a form that is not saved hides the buttons above it.
	ends() {
		const $end = $("<div class='c4s-sheet-buttons'>").appendTo(this.$box);
		$("<button type='button' class='btn btn-default'>").text(__("Save")).on("click", () => this.frm.save()).appendTo($end);
		$("<button type='button' class='btn btn-primary'>").text(__("Hand In")).on("click", () => this.hand_in()).appendTo($end);
	}

	async hand_in() {
		const { frm } = this;
		if (frm.is_dirty()) await frm.save();
		frappe.confirm(__("Hand in? The answers cannot be changed afterwards."), () => call(frm, "hand_in"));
	}

	row(question) {
		return (this.frm.doc.answers || []).find((row) => row.question_row === question.row);
	}

	answer(question, values) {
		const row = this.row(question) || this.frm.add_child("answers", { question_row: question.row, question: question.question, question_kind: question.question_kind });
		Object.assign(row, values);
		this.frm.dirty();
		this.show_progress();
		return row;
	}

	show_progress() {
		const asked = this.found.questions.filter((question) => question.mandatory);
		const done = asked.filter((question) => this.row(question)?.text || this.row(question)?.photo).length;
		this.$progress.html(`<span class="indicator-pill ${done === asked.length ? "green" : "blue"}">${__("{0} of {1} answered", [done, asked.length])}</span>`);
	}

	card(question) {
		const row = this.row(question) || {};
		const $card = $(`<fieldset class="c4s-sheet-card" data-code="${safe(question.code)}"></fieldset>`);
		$("<legend>").text([question.number, question.question].join(". ")).toggleClass("reqd", !!question.mandatory).appendTo($card);
		if (this.filling) this.fill($card, question, row);
		else this.read($card, question, row);
		return $card;
	}

	read($card, question, row) {
		const shown = question.shown[question.options.indexOf(row.text)] || row.text;
		const words = question.question_kind === "Yes/No" && row.text ? __(row.text) : shown;
		$("<div class='c4s-sheet-answer'>").text(words || (row.photo ? "" : __("Not answered"))).appendTo($card);
		if (row.reason) $("<div class='text-muted'>").text(row.reason).appendTo($card);
		if (row.photo) this.picture(row.photo).appendTo($card);
	}

	picture(address) {
		return $("<a target='_blank' rel='noopener'>").attr("href", address).append($("<img class='c4s-sheet-photo' loading='lazy'>").attr({ src: address, alt: __("Photo") }));
	}

	fill($card, question, row) {
		const kind = question.question_kind;
		const scales = { "Rating 1-10": [1, 10], "Rating 1-5": [1, 5], "NPS 0-10": [0, 10] };
		if (scales[kind]) {
			const [lowest, highest] = scales[kind];
			this.buttons($card, question, row, Array.from({ length: highest - lowest + 1 }, (_, step) => String(lowest + step)));
		} else if (kind === "Yes/No") {
			this.buttons($card, question, row, ["Yes", "No", "Not Applicable"], [__("Yes"), __("No"), __("Not Applicable")]);
		} else if (kind === "Choice") {
			this.buttons($card, question, row, question.options, question.shown);
		} else if (kind === "Multiple Choice") {
			this.buttons($card, question, row, question.options, question.shown, true);
		} else if (kind === "Text") {
			this.words($card, row.text, __("Answer"), (text) => this.answer(question, { text }));
		}
		if (kind !== "Text" && kind !== "Photo") {
			const required = question.asks_reason === "Required";
			this.words($card, row.reason, required ? __("Reason (must be given)") : __("Reason"), (reason) => this.answer(question, { reason }));
		}
		this.photo($card, question, row);
	}

	buttons($card, question, row, values, labels = values, several = false) {
		const chosen = () => (this.row(question)?.text || "").split("\n").filter(Boolean);
		const $group = $("<div class='c4s-sheet-buttons' role='group'>").appendTo($card);
		const show = () => $group.children().each((position, button) => $(button).toggleClass("active", chosen().includes(values[position])).attr("aria-pressed", chosen().includes(values[position])));
		values.forEach((value, position) => {
			$("<button type='button' class='btn btn-default'>")
				.text(labels[position])
				.on("click", () => {
					const now = chosen();
					const next = several ? (now.includes(value) ? now.filter((one) => one !== value) : [...now, value]) : [value];
					this.answer(question, { text: next.join("\n") });
					show();
				})
				.appendTo($group);
		});
		show();
	}

	words($card, text, label, keep) {
		$("<textarea class='form-control' rows='1' maxlength='2000'>").attr({ placeholder: label, "aria-label": label }).val(text || "").on("input", (event) => keep(event.currentTarget.value)).appendTo($card);
	}

	photo($card, question, row) {
		const $pictures = $("<div>").appendTo($card);
		const show = (address) => $pictures.empty().append(address ? this.picture(address) : "");
		show(row.photo);
		$("<button type='button' class='btn btn-xs btn-default mt-2'>")
			.text(__("Add Photo"))
			.on("click", () => {
				new frappe.ui.FileUploader({
					doctype: this.frm.doctype,
					docname: this.frm.docname,
					folder: "Home/Attachments",
					restrictions: { allowed_file_types: ["image/*"] },
					make_attachments_public: false,
					on_success: (file) => {
						this.answer(question, { photo: file.file_url, ...(question.question_kind === "Photo" ? { text: file.file_url } : {}) });
						show(file.file_url);
					},
				});
			})
			.appendTo($card);
	}
}

async function show_gaps(frm, plans) {
	const name = frm.doc.name;
	const { sections, gaps } = await frappe.xcall(`${METHODS}.found`, { audit: name });
	if (frm.doc.name !== name) return;
	const $box = frm.get_field("gaps").$wrapper.empty();
	const change = (now, then) => {
		if (then === null || then === undefined) return "";
		const step = Math.round((now - then) * 10) / 10;
		return `<span class="indicator-pill ${step > 0 ? "green" : step < 0 ? "red" : "gray"}">${step > 0 ? "+" : ""}${step}</span>`;
	};
	const bars = sections.map(
		({ heading, points, before }) => `<div class="c4s-sheet-bar"><span>${safe(heading)}</span><span class="c4s-sheet-track"><span style="width:${points / 10}%"></span></span><span>${points} ${change(points, before)}</span></div>`
	);
	$box.append(`<div class="mb-4">${bars.join("")}</div>`);
	if (!gaps.length) $box.append($("<p class='text-muted'>").text(__("Nothing falls short of the standard.")));
	for (const gap of gaps) {
		const standards = gap.standards.map(({ touchpoint, standard }) => `<div class="small"><b>${safe(place(touchpoint))}</b> ${safe(standard)}</div>`);
		const actions = gap.actions.map((action) => `<div class="small"><a href="${frappe.utils.get_form_link("C4S Improvement Action", action.name)}">${safe(action.name)}</a> · ${safe(__(action.status))} · ${frappe.datetime.str_to_user(action.due_on)}</div>`);
		const $gap = $(
			`<div class="c4s-sheet-card"><b>${safe(gap.question)}</b><div>${safe(__(gap.answer))} ${change(gap.points, gap.before)}</div>
			${gap.reason ? `<div class="text-muted">${safe(gap.reason)}</div>` : ""}${standards.join("")}${actions.join("")}</div>`
		).appendTo($box);
		if (gap.photo) $("<a target='_blank' rel='noopener'>").attr("href", gap.photo).append($("<img class='c4s-sheet-photo' loading='lazy'>").attr({ src: gap.photo, alt: __("Photo") })).appendTo($gap);
		if (!gap.actions.length && frappe.model.can_create("C4S Improvement Action")) {
			$("<button type='button' class='btn btn-xs btn-default mt-2'>")
				.text(__("Make an Improvement Action"))
				.on("click", () => make_action(frm, gap))
				.appendTo($gap);
		}
	}
}

function place(touchpoint) {
	const [kind, state] = touchpoint.split(": ");
	return `${__("C4S " + kind)}: ${__(state || "")}`;
}

function make_action(frm, gap) {
	const values = {
		subject: gap.subject,
		kind: "Corrective",
		document_type: frm.doctype,
		document_name: frm.docname,
		dealership: frm.doc.dealership,
		what_to_do: [gap.reason, ...gap.standards.map((row) => row.standard)].filter(Boolean).join("\n"),
	};
	frappe.new_doc("C4S Improvement Action", {}, (doc) => Object.assign(doc, values));
}
