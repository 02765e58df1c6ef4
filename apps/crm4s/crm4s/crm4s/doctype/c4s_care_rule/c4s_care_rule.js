frappe.ui.form.on("C4S Care Rule", {
	setup(frm) {
		frm.set_query("festival", () => ({ filters: { enabled: 1 } }));
		frm.set_query("purpose", () => ({ filters: { enabled: 1 } }));
		frm.set_query("template", () => ({ filters: { enabled: 1 } }));
		frm.set_query("segment", () => ({ filters: { enabled: 1 } }));
		frm.set_query("owner_role", () => ({ filters: { name: ["like", "C4S %"], desk_access: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		frm.add_custom_button(__("Dry Run"), () => crm4s.forms.dry_run(frm, "crm4s.care.api.try_rule", drawn)).addClass("btn-primary-light");
	},
});

function drawn(answer) {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const counts = [
		[answer.new, __("would get this")],
		[answer.known, __("have got it already")],
		[answer.quiet, __("are left alone for now")],
		[answer.without_store, __("belong to no store")],
	];
	const said = counts.filter(([count], place) => count || !place).map(([count, label]) => `<b>${answer.more && label === counts[0][1] ? "≥ " : ""}${count}</b> ${label}`);
	const stores = Object.entries(answer.by_store).map(([store, count]) => `${safe(store)} ${count}`);
	const rows = answer.sample.map(
		(row) => `<tr><td>${safe(row.customer_name)}</td><td>${safe(row.plate_number)}</td><td>${safe(row.dealership)}</td>
			<td>${safe(frappe.datetime.str_to_user(row.due_on))}</td><td>${safe(row.why)}</td></tr>`
	);
	const headings = [__("Customer"), __("Plate Number"), __("Dealership"), __("Due On"), __("Why")].map((text) => `<th>${text}</th>`);
	const table = rows.length ? `<div class="table-responsive"><table class="table table-bordered"><thead><tr>${headings.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>` : "";
	const notes = answer.notes.map((note) => `<p class="text-muted">${safe(note)}</p>`).join("");
	return `<p>${said.join(" · ")}</p>${notes}<p class="text-muted">${stores.join(" · ")}</p>${table}
		<p class="text-muted">${__("Nothing was written.")}</p>`;
}
