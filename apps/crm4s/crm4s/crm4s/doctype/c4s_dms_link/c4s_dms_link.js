const DMS_STATES = { ok: ["green", __("In Order")], waiting: ["orange", __("Something Waits")], failing: ["red", __("Something Fails")], silent: ["gray", __("Silent for a Day")] };

frappe.ui.form.on("C4S DMS Link", {
	setup(frm) {
		frm.set_query("user", () => ({ filters: { user_type: "Website User", enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			frm.add_custom_button(__("Create User and Key"), () => open_account(frm)).addClass("btn-primary");
			return;
		}
		frm.add_custom_button(__("Try Records"), () => try_records(frm));
		frm.add_custom_button(__("New Secret"), () => renew_secret(frm));
		show_health(frm);
	},
});

async function open_account(frm) {
	const { message } = await frappe.call({ method: "crm4s.dms.api.open_account", args: { link_name: frm.doc.link_name || "" }, freeze: true });
	await frm.set_value("user", message.user);
	show_secret(message);
}

function renew_secret(frm) {
	frappe.confirm(__("The present secret ends at once; the system stands still until it has the new one. Go on?"), async () => {
		const { message } = await frappe.call({ method: "crm4s.dms.api.new_secret", args: { link: frm.doc.name }, freeze: true });
		show_secret(message);
	});
}

function show_secret({ key, secret }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Key and Secret"),
		fields: [
			{ fieldtype: "HTML", options: `<p>${__("Give both to the people of the system by a safe way. The secret is shown this once.")}</p>` },
			{ fieldname: "header", fieldtype: "Code", label: __("Header"), read_only: 1, default: `Authorization: token ${key}:${secret}` },
		],
		primary_action_label: __("Close"),
		primary_action: () => dialog.hide(),
	});
	dialog.show();
}

async function show_health(frm) {
	const turn = (frm.health_turn = (frm.health_turn || 0) + 1);
	const { message } = await frappe.call({ method: "crm4s.dms.api.look", args: { link: frm.doc.name } });
	// A form that was drawn again meanwhile asks anew.
	if (!message || message.link !== frm.doc.name || turn !== frm.health_turn) return;
	const [colour, words] = DMS_STATES[message.state];
	frm.dashboard.add_indicator(words, colour);
	indicate(frm, message.waiting_records, __("{0} records wait", [message.waiting_records]), "orange");
	indicate(frm, message.open_conflicts, __("{0} conflicts are open", [message.open_conflicts]), "orange");
	indicate(frm, message.deliveries_dead, __("{0} deliveries are dead", [message.deliveries_dead]), "red");
	indicate(frm, message.endpoints_away, __("{0} addresses for webhooks do not answer", [message.endpoints_away]), "red");
	indicate(frm, message.failed_last_hour, __("{0} requests failed within the hour", [message.failed_last_hour]), "red");
	indicate(frm, message.refused_last_hour, __("{0} requests were refused within the hour", [message.refused_last_hour]), "orange");
	show_last(frm, message.entities);
}

function indicate(frm, count, words, colour) {
	if (count) frm.dashboard.add_indicator(words, colour);
}

function show_last(frm, entities) {
	if (!entities.length) return;
	const escape = frappe.utils.escape_html;
	const rows = entities.map((row) => {
		const way = row.direction === "in" ? __("Taken In") : __("Given Out");
		return `<tr><td>${escape(row.title)}</td><td>${way}</td><td>${frappe.datetime.str_to_user(row.last_success)}</td></tr>`;
	});
	const heads = [__("Entity"), __("Direction"), __("Last Success")].map((head) => `<th>${head}</th>`);
	frm.dashboard.add_section(`<table class="table table-bordered table-sm"><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`, __("Last Success"));
}

function try_records(frm) {
	const entities = frm.doc.entities.filter((row) => row.takes_in).map((row) => row.entity);
	const dialog = new frappe.ui.Dialog({
		title: __("Try Records"),
		size: "large",
		fields: [
			{ fieldname: "entity", fieldtype: "Select", label: __("Entity"), reqd: 1, options: entities.map((value) => ({ value, label: __(value) })), default: entities[0] },
			{ fieldname: "records", fieldtype: "Code", options: "JSON", label: __("Records"), reqd: 1, description: __("One record or a list, as the system sends it. Nothing of it is kept.") },
			{ fieldname: "found", fieldtype: "HTML" },
		],
		primary_action_label: __("Try"),
		async primary_action(values) {
			const { message } = await frappe.call({ method: "crm4s.dms.api.try_records", args: { link: frm.doc.name, ...values }, freeze: true });
			dialog.get_field("found").$wrapper.html(message.results.map(found_row).join(""));
		},
	});
	dialog.show();
}

function found_row(result) {
	const escape = frappe.utils.escape_html;
	const colours = { created: "green", updated: "green", unchanged: "gray", waiting: "orange", rejected: "red" };
	const words = { created: __("Created"), updated: __("Updated"), unchanged: __("Unchanged"), waiting: __("Waiting"), rejected: __("Rejected") };
	const faults = (result.errors || []).map((fault) => `<li><b>${escape(fault.field || "")}</b> ${escape(fault.message)}</li>`);
	return `<p class="indicator-pill ${colours[result.state]}">${escape(result.external_id || "")} ${words[result.state]}</p><ul>${faults.join("")}</ul>`;
}
