frappe.ui.form.on("C4S Invitation Rule", {
	setup(frm) {
		frm.set_query("survey", () => ({ filters: { enabled: 1 } }));
		for (const field of ["purpose", "template", "reminder_template", "segment"]) frm.set_query(field, () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Dry Run"), () => try_out(frm)).addClass("btn-primary-light");
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

async function try_out(frm) {
	if (frm.is_dirty()) await frm.save();
	const dialog = new frappe.ui.Dialog({
		title: `${__("Dry Run")} · ${__(frm.doc.name)}`,
		size: "large",
		fields: [
			{ fieldname: "day", fieldtype: "Date", label: __("Day"), default: frappe.datetime.get_today(), change: () => show() },
			{ fieldname: "found", fieldtype: "HTML" },
		],
	});
	const show = async () => {
		const answer = await frappe.xcall("crm4s.surveys.api.try_rule", { rule: frm.doc.name, day: dialog.get_value("day") });
		dialog.get_field("found").$wrapper.html(drawn(answer));
	};
	dialog.show();
	show();
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
