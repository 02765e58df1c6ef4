frappe.ui.form.on("C4S Survey Version", {
	async refresh(frm) {
		frm.disable_save();
		if (frm.is_new()) return;
		const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
		const content = await frappe.xcall("crm4s.surveys.api.version_content", { version: frm.doc.name });
		const say = (text) => safe(content.words[text] || text);
		const rows = content.questions.map(
			(one) => `<tr><td>${safe(one.code)}</td><td>${say(one.question)}${one.options.length ? `<div class="text-muted">${one.options.map(say).join(" · ")}</div>` : ""}</td>
				<td>${safe(__(one.question_kind))}</td><td>${safe(__(one.indicator))}</td><td class="text-right">${safe(one.weight)}</td></tr>`
		);
		const headings = [__("Code"), __("Question"), __("Question Kind"), __("Indicator"), __("Weight")].map((text) => `<th>${text}</th>`);
		frm.get_field("content_view").$wrapper.html(
			`<h5>${say(content.title)}</h5><p>${say(content.introduction)}</p>
			<div class="table-responsive"><table class="table table-bordered"><thead><tr>${headings.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
		);
	},
});
