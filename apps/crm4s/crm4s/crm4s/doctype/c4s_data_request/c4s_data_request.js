frappe.ui.form.on("C4S Data Request", {
	refresh(frm) {
		frm.disable_save();
		// One is entered in the list's dialog.
		if (frm.is_new()) return;
		show_outcome(frm);
		offer_answers(frm);
		if (frm.doc.status !== "Open" || !frappe.model.can_write("C4S Data Request")) return;
		if (frm.doc.kind === "Correction") frm.add_custom_button(__("Write the Correction"), () => decide(frm, "approve", {})).addClass("btn-primary");
		frm.add_custom_button(__("Refuse"), () => refuse(frm));
	},
});

function offer_answers(frm) {
	if (!frappe.boot.user.in_create?.includes("C4S Data Request")) return;
	if (["Open", "Failed"].includes(frm.doc.status)) {
		frm.add_custom_button(__("What Is Kept"), () => show_kept(frm));
		if (frm.doc.kind === "Erasure") frm.add_custom_button(__("Erase"), () => show_kept(frm, true)).addClass("btn-danger");
	}
	if (frm.doc.customer && frm.doc.status === "Open" && frm.doc.kind !== "Correction") {
		frm.add_custom_button(__("To Read"), () => take_along(frm, "html"), __("Take Along"));
		frm.add_custom_button(__("For Programs"), () => take_along(frm, "json"), __("Take Along"));
	}
}

function take_along(frm, format) {
	window.open(`/api/method/crm4s.privacy.rights.export?request=${encodeURIComponent(frm.doc.name)}&format=${format}`);
	setTimeout(() => frm.reload_doc(), 2000);
}

async function show_kept(frm, erasing = false) {
	const kept = await frappe.xcall("crm4s.privacy.rights.preview", { request: frm.doc.name });
	const hindered = kept.holds.length || Object.keys(kept.under_way).length;
	const dialog = new frappe.ui.Dialog({
		title: erasing ? __("Erase This Person") : __("What Is Kept"),
		size: "large",
		fields: [{ fieldtype: "HTML", fieldname: "kept", options: hindrances(kept) + said_before(erasing && !hindered) + table_of(kept) }],
		primary_action_label: erasing && !hindered ? __("Erase for Good") : __("Close"),
		primary_action: () => {
			dialog.hide();
			if (erasing && !hindered) erase(frm);
		},
	});
	if (erasing && !hindered) dialog.get_primary_btn().removeClass("btn-primary").addClass("btn-danger");
	dialog.show();
}

function hindrances(kept) {
	const held = kept.holds.map((hold) => __("Legal hold {0} forbids to erase this: {1}", [hold.name, frappe.utils.escape_html(hold.reason)]));
	const open = Object.entries(kept.under_way).map(([label, names]) => `${__("To be ended first")}: ${label} ${names.join(", ")}`);
	return [...held, ...open].map((line) => `<div class="alert alert-warning">${line}</div>`).join("");
}

function said_before(erasing) {
	return erasing ? `<p>${__("Nothing has happened yet. What stays keeps its amounts, dates and cars; names, numbers and words of the person go.")}</p>` : "";
}

function table_of(kept) {
	if (!kept.rows.length && !kept.attached.length) return `<p class="text-muted">${__("Nothing is kept of this person.")}</p>`;
	const rows = kept.rows.map((row) => `<tr><td>${frappe.utils.escape_html(row.label)}</td><td class="text-right">${cint(row.count)}</td><td>${frappe.utils.escape_html(row.fate)}</td></tr>`);
	const attached = kept.attached.map((row) => `<tr><td>${frappe.utils.escape_html(row.label)}</td><td class="text-right">${cint(row.count)}</td><td>${__("Removed")}</td></tr>`);
	return `<table class="table table-bordered"><thead><tr><th>${__("Kind of Document")}</th><th class="text-right">${__("Count")}</th><th>${__("When Erased")}</th></tr></thead><tbody>${rows.join("")}${attached.join("")}</tbody></table>`;
}

function erase(frm) {
	frappe.confirm(__("This cannot be undone. Erase this person?"), async () => {
		await frappe.xcall("crm4s.privacy.rights.erase", { request: frm.doc.name });
		frappe.show_alert({ message: __("The erasure is under way."), indicator: "blue" });
		frm.reload_doc();
	});
}

function show_outcome(frm) {
	const counts = Object.entries(JSON.parse(frm.doc.outcome || "{}"));
	const said = (key) => (key.startsWith("attached.") ? __(key.slice(9)) : { plates: __("Plates taken off cars"), letters: __("Letters"), papers: __("Files and records of many"), traces: __("Words in other tables"), given: __("Given to the person") }[key] || __(key));
	const lines = counts.map(([key, count]) => `<tr><td>${said(key)}</td><td class="text-right">${count}</td></tr>`);
	frm.get_field("outcome_view").$wrapper.html(lines.length ? `<table class="table table-bordered" style="max-width: 30rem">${lines.join("")}</table>` : "");
}

async function decide(frm, method, values) {
	await frappe.xcall(`crm4s.portal.requests.${method}`, { request: frm.doc.name, ...values });
	frm.reload_doc();
}

function refuse(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), description: __("The customer reads this."), reqd: 1 },
		({ reason }) => decide(frm, "refuse", { reason }),
		__("Refuse the Request"),
		__("Refuse")
	);
}
