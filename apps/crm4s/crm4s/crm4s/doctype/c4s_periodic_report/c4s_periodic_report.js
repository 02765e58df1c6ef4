frappe.ui.form.on("C4S Periodic Report", {
	setup(frm) {
		frm.set_query("dealership", () => ({ query: "crm4s.access.own_store.search" }));
		frm.set_query("recipient_role", "recipients", () => ({ filters: { name: ["like", "C4S %"], disabled: 0 } }));
		frm.set_query("user", "recipients", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.__onload?.waits_for_account) frm.set_intro(__("Waiting for a mail account: none is set up for sending."), "orange");
		frm.add_custom_button(__("Download"), () => ask_for_day(frm, __("Download"), (values) => download(frm, values)));
		if (frm.perm[0]?.write) frm.add_custom_button(__("Send Now"), () => ask_for_day(frm, __("Send Now"), (values) => send(frm, values)));
		show_preview(frm);
	},
});

function ask_for_day(frm, title, act) {
	const fields = [{ fieldname: "day", fieldtype: "Date", label: __("A Day of the Period"), description: __("Empty: the last period that is over.") }];
	if (title === __("Download") && frm.doc.for_each_store)
		fields.push({ fieldname: "dealership", fieldtype: "Link", options: "C4S Dealership", label: __("Store"), get_query: () => ({ query: "crm4s.access.own_store.search" }) });
	crm4s.forms.ask(title, fields, title, act);
}

function download(frm, { day = "", dealership = "" }) {
	const asked = new URLSearchParams({ report: frm.doc.name, day: day || "", dealership: dealership || "" });
	window.open(`/api/method/crm4s.periodic_reports.api.download?${asked}`);
}

async function send(frm, { day = "" }) {
	await frappe.xcall("crm4s.periodic_reports.api.send_now", { report: frm.doc.name, day: day || null });
	frappe.show_alert({ message: __("The workbooks are being made and mailed; whoever got this period already is left out."), indicator: "green" });
}

// The last period's figures as the reader would find them in the workbook.
async function show_preview(frm) {
	const shown = frm.get_field("preview").$wrapper.empty();
	const filters = { view: frm.doc.rhythm, dealership: frm.doc.dealership || undefined };
	const answer = await frappe.xcall("frappe.desk.query_report.run", { report_name: "C4S Key Figures", filters, are_default_filters: false });
	const columns = ["now", "before", "change", "year_before", "year_change"];
	const { key_figure, key_figure_colour } = crm4s.reports;
	const lines = answer.result.map((row) =>
		row.is_section
			? `<tr><th colspan="6">${frappe.utils.escape_html(row.label)}</th></tr>`
			: `<tr><td>${frappe.utils.escape_html(row.label)}</td>${columns.map((name) => `<td class="text-right ${key_figure_colour(row, name)}">${key_figure(row, name)}</td>`).join("")}</tr>`
	);
	const labels = answer.columns.filter((column) => column.fieldname !== "unit").map((column, place) => `<th class="${place ? "text-right" : ""}">${frappe.utils.escape_html(column.label)}</th>`);
	shown.html(`<div class="table-responsive"><table class="table table-sm"><thead><tr>${labels.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`);
}
