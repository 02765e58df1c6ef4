// Two files of one customer beside each other: which stays, what it takes from the other, and that they are two people after all.
frappe.provide("crm4s.merging");

const METHODS = "crm4s.merging.api.";

crm4s.merging.open = async (customer, other, done) => {
	const found = await frappe.xcall(METHODS + "compare", { customer, other });
	const dialog = new frappe.ui.Dialog({
		title: __("Compare and Merge"),
		size: "extra-large",
		fields: [
			{ fieldname: "files", fieldtype: "HTML" },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("How do you know that the two are one customer, or that they are not?") },
		],
		primary_action_label: __("Merge"),
		primary_action: ({ reason }) => merge(dialog, found, reason, done),
		secondary_action_label: __("Not the Same"),
		secondary_action: () => set_apart(dialog, found, done),
	});
	dialog.fields_dict.files.$wrapper.append(drawn(found));
	dialog.get_primary_btn().prop("disabled", Boolean(found.refused));
	dialog.show();
};

crm4s.merging.choose = (frm) => {
	const other = {
		fieldname: "other",
		fieldtype: "Link",
		label: __("Other Customer"),
		options: "C4S Customer",
		get_query: () => ({ filters: { name: ["!=", frm.doc.name], disabled: 0 } }),
		reqd: 1,
	};
	frappe.prompt([other], (values) => crm4s.merging.open(frm.doc.name, values.other, () => frm.reload_doc()), __("Merge with Another File"), __("Compare"));
};

crm4s.merging.undo = (frm) => {
	const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1, description: __("What was moved goes back. What was entered since stays with the remaining customer.") };
	const send = async (values) => {
		tell(await frappe.xcall(METHODS + "undo_merge", { merge: frm.doc.name, reason: values.reason }), __("The two files are separate again."));
		frm.reload_doc();
	};
	frappe.prompt([reason], send, __("Undo the Merge"), __("Undo the Merge"));
};

async function merge(dialog, found, reason, done) {
	const chosen_file = dialog.$wrapper.find("input[name=c4s-remaining]:checked").val();
	const [first, second] = found.files.map((file) => file.name);
	const [remaining, closing] = chosen_file === second ? [second, first] : [first, second];
	const chosen = found.rows.map((row) => row.fieldname).filter((field) => dialog.$wrapper.find(`input[name="c4s-field-${field}"]:checked`).val() === closing);
	const answer = await frappe.xcall(METHODS + "merge_customers", { customer: remaining, other: closing, reason, chosen: JSON.stringify(chosen) });
	dialog.hide();
	tell(answer, __("The two files are one now: {0}.", [remaining]));
	done?.();
}

async function set_apart(dialog, found, done) {
	const [customer, other] = found.files.map((file) => file.name);
	await frappe.xcall(METHODS + "set_apart", { customer, other, reason: dialog.get_value("reason") || "" });
	dialog.hide();
	frappe.show_alert({ message: __("These two are not offered any more."), indicator: "green" });
	done?.();
}

function tell(answer, said) {
	if (answer.message) frappe.msgprint({ message: frappe.utils.escape_html(answer.message), indicator: "orange" });
	else if (answer.status === "Waiting" || answer.status === "To Be Undone") frappe.show_alert({ message: __("There is much to be moved; it is done in the background."), indicator: "blue" });
	else frappe.show_alert({ message: said, indicator: "green" });
}

// The table
// ---------

function drawn(found) {
	// Of equal width and with long words broken, so that both files stand beside each other on a phone as well.
	const $table = $(`<table class="table table-bordered c4s-compare" style="table-layout: fixed; overflow-wrap: anywhere"><thead></thead><tbody></tbody></table>`);
	$table.find("thead").append(head(found));
	for (const [field, label] of [["links", __("Rows That Name It")], ["service_count", __("Visits")], ["completeness_percent", __("Completeness")]]) {
		$table.find("tbody").append(plain(label, found.files.map((file) => said(field, file[field]))));
	}
	for (const row of found.rows) $table.find("tbody").append(choice(found, row));
	$table.on("change", "input[name=c4s-remaining]", (event) => prefer(found, $table, event.target.value));
	const $all = $("<div></div>");
	if (found.refused) $all.append($(`<div class="alert alert-warning"></div>`).text(found.refused));
	return $all.append($(`<div class="table-responsive"></div>`).append($table), $(`<p class="text-muted"></p>`).text(__("The other file is closed and leads to the remaining one. For {0} days the merge can be undone.", [found.undo_days])));
}

const said = (field, value) => (field === "completeness_percent" ? `${cint(value)} %` : (value ?? ""));

function head(found) {
	const $row = $(`<tr><th style="width: 30%"></th></tr>`);
	found.files.forEach((file, place) => {
		const $label = $(`<label class="mb-0"><input type="radio" name="c4s-remaining"> <span></span><br><small class="text-muted"></small></label>`);
		$label.find("input").val(file.name).prop("checked", place === 0);
		$label.find("span").text(`${file.customer_name} (${file.name})`);
		$label.find("small").text(__("remains"));
		$row.append($("<th></th>").append($label));
	});
	return $row;
}

function plain(label, values) {
	return $("<tr></tr>").append($(`<td class="text-muted"></td>`).text(label), ...values.map((value) => $("<td></td>").text(value)));
}

function choice(found, row) {
	const $row = plain(row.label, ["", ""]).toggleClass("table-warning", Boolean(row.differs && row.remaining && row.closing));
	[row.remaining, row.closing].forEach((value, place) => {
		const $label = $(`<label class="mb-0 font-weight-normal"><input type="radio"> <span></span></label>`);
		$label.find("input").attr("name", `c4s-field-${row.fieldname}`).val(found.files[place].name).prop("checked", is_first_choice(row, place, 0)).prop("disabled", !value);
		$label.find("span").text(value);
		$row.children().eq(place + 1).append(value ? $label : "");
	});
	return $row;
}

// What the remaining file does not say itself comes from the other.
const is_first_choice = (row, place, remaining) => {
	const values = [row.remaining, row.closing];
	return values[remaining] ? place === remaining : place !== remaining;
};

function prefer(found, $table, name) {
	const remaining = found.files.findIndex((file) => file.name === name);
	for (const row of found.rows) {
		found.files.forEach((file, place) => $table.find(`input[name="c4s-field-${row.fieldname}"]`).eq(row.remaining && row.closing ? place : 0).prop("checked", row.remaining && row.closing ? is_first_choice(row, place, remaining) : true));
	}
}
