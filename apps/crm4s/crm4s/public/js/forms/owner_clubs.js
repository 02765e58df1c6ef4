// The owner clubs of a customer: in which he or she is, and which there are to join.
frappe.ui.form.on("C4S Customer", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.disabled || !frappe.model.can_create("C4S Owner Club Member")) return;
		frm.add_custom_button(__("Owner Clubs"), () => show_clubs(frm));
	},
});

async function show_clubs(frm) {
	const method = "crm4s.segments.api.";
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const dialog = new frappe.ui.Dialog({ title: __("Owner Clubs"), fields: [{ fieldname: "clubs", fieldtype: "HTML" }] });
	const draw = async () => {
		const clubs = await frappe.xcall(method + "clubs_of", { customer: frm.doc.name });
		const rows = clubs.map(
			(club) => `<tr><td><b>${safe(club.club_name)}</b><div class="text-muted small">${safe(club.benefits)}</div></td>
				<td>${club.member ? safe(__("In since {0}", [frappe.datetime.str_to_user(club.since)])) : ""}</td>
				<td class="text-right"><button class="btn btn-xs btn-default" data-club="${safe(club.name)}" data-member="${safe(club.member)}">
					${club.member ? __("Leave Club") : __("Join")}</button></td></tr>`
		);
		const none = `<p class="text-muted">${__("There is no club that takes members now.")}</p>`;
		dialog.get_field("clubs").$wrapper.html(rows.length ? `<table class="table">${rows.join("")}</table>` : none);
	};
	dialog.$wrapper.on("click", "[data-club]", async ({ currentTarget }) => {
		const { club, member } = currentTarget.dataset;
		currentTarget.disabled = true;
		try {
			if (member) await frappe.xcall(method + "leave_club", { member });
			else await frappe.xcall(method + "join_club", { club, customer: frm.doc.name });
		} finally {
			await draw();
		}
	});
	dialog.show();
	await draw();
}
