frappe.ui.form.on("C4S Monitoring", {
	refresh(frm) {
		show(frm);
		if (!frm.perm[0]?.write) return;
		frm.add_custom_button(__("New Key"), () => confirm_new_key(frm));
	},
});

// Also what the metric crm4s_part_ok calls them.
const PARTS = {
	database: __("Database"),
	cache: __("Redis, Cache"),
	queue: __("Redis, Queue"),
	workers: __("Workers"),
	scheduler: __("Jobs by the Clock"),
	jobs: __("Waiting Jobs"),
	messages: __("Messages That Are Due"),
	deliveries: __("Deliveries to Connected Systems"),
	backup: __("Backup"),
};

function show(frm) {
	frappe.call({ method: "crm4s.health.api.standing", type: "GET" }).then(({ message }) => {
		const rows = Object.entries(message.parts).map(
			([part, ok]) =>
				`<span class="indicator-pill ${ok ? "green" : "red"}" style="margin: 0 8px 8px 0">${PARTS[part]}: ${
					ok ? __("in order") : __("late or away")
				}</span>`,
		);
		frm.get_field("standing").$wrapper.html(rows.join(""));
	});
}

function confirm_new_key(frm) {
	const begin = () =>
		frappe.xcall("crm4s.health.api.open_account").then((account) => {
			show_key(account);
			frm.reload_doc();
		});
	frm.doc.user ? frappe.confirm(__("The old key ends at once. Make a new one?"), begin) : begin();
}

function show_key({ key, secret }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Key of the Account for Monitoring"),
		fields: [
			{ fieldtype: "HTML", options: `<p>${__("Copy it now: the secret is shown this once.")}</p>` },
			{ fieldtype: "Code", label: __("Header"), read_only: 1, default: `Authorization: token ${key}:${secret}` },
		],
		primary_action_label: __("Close"),
		primary_action: () => dialog.hide(),
	});
	dialog.show();
}
