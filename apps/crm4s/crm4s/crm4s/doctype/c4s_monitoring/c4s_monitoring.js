frappe.ui.form.on("C4S Monitoring", {
	refresh(frm) {
		show(frm);
		if (!frm.perm[0]?.write) return;
		frm.add_custom_button(__("New Key"), () => confirm_new_key(frm));
	},
});

// Also what the metric crm4s_part_ok calls them: how people call it, and what helps where it is late or away.
const PARTS = {
	database: [__("Database"), __("Start MariaDB again, and see whether its disk is full.")],
	cache: [__("Redis, Cache"), __("Start the Redis of the cache again: until then each page takes longer.")],
	queue: [__("Redis, Queue"), __("Start the Redis of the queue again: until then no job begins.")],
	workers: [__("Workers"), __("Start the workers again: until then jobs only wait.")],
	scheduler: [__("Jobs by the Clock"), __("Switch the scheduler on in System Settings, and start its process again.")],
	jobs: [__("Waiting Jobs"), __("See in the list RQ Job what takes so long; more workers may help.")],
	messages: [__("Messages That Are Due"), __("See in the list of messages why they were not sent.")],
	deliveries: [__("Deliveries to Connected Systems"), __("See on the page of the DMS link which system does not take them.")],
	backup: [__("Backup"), __("Make one now, and see why the last one is missing. Who keeps backups in another place says so after each one.")],
};

function show(frm) {
	frappe.call({ method: "crm4s.health.api.standing", type: "GET" }).then(({ message }) => {
		const parts = Object.entries(message.parts);
		const pills = parts.map(
			([part, ok]) =>
				`<span class="indicator-pill ${ok ? "green" : "red"}" style="margin: 0 8px 8px 0">${PARTS[part][0]}: ${
					ok ? __("in order") : __("late or away")
				}</span>`,
		);
		const advice = parts.filter(([, ok]) => !ok).map(([part]) => `<li><b>${PARTS[part][0]}</b>: ${PARTS[part][1]}</li>`);
		frm.get_field("standing").$wrapper.html(pills.join("") + (advice.length ? `<ul class="text-muted">${advice.join("")}</ul>` : ""));
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
