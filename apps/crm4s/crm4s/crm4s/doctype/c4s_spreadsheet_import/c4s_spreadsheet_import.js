const METHODS = "crm4s.crm4s.doctype.c4s_spreadsheet_import.c4s_spreadsheet_import.";
const EVENT = "crm4s_spreadsheet_import";

frappe.ui.form.on("C4S Spreadsheet Import", {
	setup(frm) {
		frm.set_query("dealership", () => ({ filters: { is_group: 0 } }));
	},

	onload(frm) {
		frappe.realtime.off(EVENT);
		frappe.realtime.on(EVENT, (data) => {
			if (cur_frm?.doctype === frm.doctype && cur_frm.doc.name === data.name) show_news(cur_frm, data);
		});
	},

	refresh(frm) {
		frm.enable_save();
		frm.set_df_property("problems", "cannot_add_rows", true);
		frm.set_df_property("problems", "cannot_delete_rows", true);
		add_template_buttons(frm);
		show_state(frm);
		if (frm.is_new() || !frm.perm[0]?.write) return;
		frm.toggle_enable(["kind", "dealership", "file"], !is_under_way(frm));
		if (is_under_way(frm)) {
			frm.disable_save();
			follow(frm);
		} else if (!frm.is_dirty() && frm.doc.file) {
			add_start_buttons(frm);
		}
	},

	file: save_upload,
	kind: show_state,
});

function is_under_way(frm) {
	return ["Checking", "Importing"].includes(frm.doc.status);
}

function add_template_buttons(frm) {
	for (const [label, ending] of [
		[__("Excel Template"), "xlsx"],
		[__("CSV Template"), "csv"],
	]) {
		frm.add_custom_button(
			label,
			() =>
				window.open(
					frappe.urllib.get_full_url(
						`/api/method/${METHODS}template?kind=${encodeURIComponent(frm.doc.kind)}&ending=${ending}`
					)
				),
			__("Templates")
		);
	}
}

function add_start_buttons(frm) {
	const { status } = frm.doc;
	const check = frm.add_custom_button(__("Check"), () => start(frm, "check"));
	if (["New", "Failed"].includes(status)) make_primary(check);
	if (status === "New") return;
	const label = status === "Checked" ? __("Import") : __("Import Again");
	const go = frm.add_custom_button(label, () => confirm_import(frm));
	if (status === "Checked") make_primary(go);
}

function make_primary(button) {
	button.removeClass("btn-default").addClass("btn-primary");
}

function confirm_import(frm) {
	const { created_count, updated_count, rejected_count, status } = frm.doc;
	const question =
		status === "Checked"
			? __("Import {0} new and {1} changed records? {2} rows are rejected and come back as a file.", [
					created_count,
					updated_count,
					rejected_count,
			  ])
			: __("Import the same file again? What is in already stays as it is.");
	frappe.confirm(question, () => start(frm, "import_rows"));
}

function start(frm, method) {
	return frappe
		.call({ method: METHODS + method, args: { name: frm.doc.name }, freeze: true })
		.then(() => frm.reload_doc());
}

// The upload dialog is finished: save, so that the next button can be Check.
function save_upload(frm) {
	if (frm.doc.file && !frm.is_new()) frm.save();
}

function show_state(frm) {
	const [text, colour] = state_of(frm.doc, frm.is_new());
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline(text, colour);
}

function state_of(doc, is_new) {
	if (is_new) return [__("Choose what to import and save; then upload the file. The templates show the columns."), "blue"];
	if (!doc.file) return [__("Upload the file. The templates show the columns."), "blue"];
	switch (doc.status) {
		case "New":
			return [__("Check the file: nothing is written, you see what would happen."), "blue"];
		case "Checking":
		case "Importing":
			return [__("This goes on in the background; you may leave the page."), "blue"];
		case "Checked":
			return doc.rejected_count
				? [__("{0} rows are wrong. Import the others now, or mend the file first.", [doc.rejected_count]), "orange"]
				: [__("Every row is right. Import them."), "green"];
		case "Finished":
			return doc.rejected_count
				? [
						__("Imported, except {0} rows. Mend them in the file of rejected rows and import that file.", [
							doc.rejected_count,
						]),
						"orange",
				  ]
				: [__("Every row is imported."), "green"];
		default:
			return [frappe.utils.escape_html(doc.message || "") || __("The job ended with an error."), "red"];
	}
}

// The news come by websocket; without one, look now and then.
function follow(frm) {
	show_progress(frm, frm.doc.progress || 0);
	frappe.call(METHODS + "is_under_way", { name: frm.doc.name }).then(({ message: goes_on }) => {
		if (goes_on || !is_under_way(frm)) return;
		frm.dashboard.clear_headline();
		frm.dashboard.set_headline(__("The job has ended before its time. Start it again: what is in stays."), "red");
		add_start_buttons(frm);
	});
	clearTimeout(frm.look_again);
	frm.look_again = setTimeout(() => {
		if (cur_frm === frm && is_under_way(frm)) frm.reload_doc();
	}, 10000);
}

function show_news(frm, data) {
	if (data.status) return frm.reload_doc();
	show_progress(frm, data.progress || 0);
}

function show_progress(frm, percent) {
	const title = frm.doc.status === "Checking" ? __("Checking") : __("Importing");
	frm.dashboard.show_progress(title, percent, __("{0} percent", [percent]));
}
