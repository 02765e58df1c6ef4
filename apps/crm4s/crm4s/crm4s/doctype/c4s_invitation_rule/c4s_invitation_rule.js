frappe.ui.form.on("C4S Invitation Rule", {
	setup(frm) {
		frm.set_query("survey", () => ({ filters: { enabled: 1 } }));
		for (const field of ["purpose", "template", "reminder_template", "segment"]) frm.set_query(field, () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Dry Run"), () => crm4s.forms.dry_run(frm, "crm4s.surveys.api.try_rule", drawn)).addClass("btn-primary-light");
		if (frm.doc.enabled) frm.add_custom_button(__("Run Now"), () => run_now(frm));
	},
});

async function run_now(frm) {
	if (frm.is_dirty()) await frm.save();
	frappe.realtime.off("c4s_invited");
	frappe.realtime.on("c4s_invited", ({ rule, count }) => {
		frappe.show_alert({ message: __("{0} customers were invited.", [count]), indicator: "green" });
		if (cur_frm?.doc.name === rule) cur_frm.reload_doc();
	});
	await frappe.xcall("crm4s.surveys.api.run_now", { rule: frm.doc.name });
	frappe.show_alert(__("The rule is running; you are told when it is done."));
}

function drawn(answer) {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const counts = [
		[answer.new, __("would be invited")],
		[answer.known, __("were invited already")],
		[answer.quiet, __("were asked lately")],
		[answer.not_drawn, __("are not drawn")],
		[answer.without_store, __("belong to no store")],
	];
	const said = counts.filter(([count], place) => count || !place).map(([count, label], place) => `<b>${answer.more && !place ? "≥ " : ""}${count}</b> ${label}`);
	const rows = answer.sample.map(
		(row) => `<tr><td>${safe(row.customer_name)}</td><td>${safe(row.dealership)}</td><td>${safe(frappe.datetime.str_to_user(row.day))}</td></tr>`
	);
	const headings = [__("Customer"), __("Dealership"), __("Day")].map((text) => `<th>${text}</th>`);
	const table = rows.length ? `<div class="table-responsive"><table class="table table-bordered"><thead><tr>${headings.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>` : "";
	return `<p>${said.join(" · ")}</p>${table}<p class="text-muted">${__("Nothing was written.")}</p>`;
}
