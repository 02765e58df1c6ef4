// "Make Customer" on a lead and on a showroom visit: what will happen is shown before it does.
frappe.provide("crm4s.conversion");

const SOURCES = ["C4S Lead", "C4S Showroom Visit"];

// Resolves to what the server answered, or null where the user thought better of it.
crm4s.conversion.convert = async function (doctype, name) {
	const source = { source_doctype: doctype, source_name: name };
	const preview = await frappe.xcall("crm4s.conversion.api.preview", source);
	const said = preview.situation === "linked" ? {} : await ask(preview);
	if (!said) return null;
	const answer = await frappe.xcall("crm4s.conversion.api.convert_document", { ...source, ...said });
	frappe.show_alert({ message: answer.sentence, indicator: "green" }, 7);
	return answer;
};

async function ask(preview) {
	const label = preview.situation === "new" ? __("Make Customer") : __("Link Customer");
	const said = await crm4s.forms.answer_to(__("Make Customer"), fields_for(preview), label);
	return said && { reason: said.reason, customer: said.customer === NEW_FILE ? null : said.customer };
}

const NEW_FILE = "new";

function fields_for({ situation, found, candidates }) {
	if (situation === "group") {
		return [
			{ fieldtype: "HTML", options: people(__("Another store of the group knows this person:"), found.map(masked)) },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason for Taking Up"), reqd: 1 },
		];
	}
	if (situation === "own") {
		return [{ fieldtype: "HTML", options: people(__("Your store has the file already; it is linked:"), found.map(file)) }];
	}
	const promise = {
		fieldtype: "HTML",
		options: `<p>${__("A file is made with what the prospect said. The phone number counts as verified then: it identifies the customer in the whole group.")}</p>`,
	};
	if (!candidates.length) return [promise];
	return [
		promise,
		{
			fieldname: "customer",
			fieldtype: "Select",
			label: __("The Same Number Stands in These Files"),
			options: [
				...candidates.map((row) => ({ value: row.name, label: file(row) })),
				{ value: NEW_FILE, label: __("It is somebody else; make a new file") },
			],
			reqd: 1,
		},
	];
}

function people(heading, lines) {
	const items = lines.map((line) => `<li>${frappe.utils.escape_html(line)}</li>`).join("");
	return `<p>${heading}</p><ul>${items}</ul>`;
}

const masked = (row) => [row.name, row.phone, row.city, ...row.stores].filter(Boolean).join(" · ");
const file = (row) => [row.customer_name, row.masked_phone, row.city, ...row.cars].filter(Boolean).join(" · ");

$(document).on("form-refresh", (event, frm) => {
	if (!SOURCES.includes(frm.doctype) || frm.is_new() || frm.doc.customer) return;
	if (!frm.perm[0]?.write || !frappe.model.can_create("C4S Customer") || crm4s.own_store.is_shared(frm)) return;
	frm.add_custom_button(__("Make Customer"), async () => {
		if (frm.is_dirty()) await frm.save();
		if (await crm4s.conversion.convert(frm.doctype, frm.docname)) frm.reload_doc();
	});
});
