// How near a car is to what the law lets its owner ask for: on the forms of car, complaint and visit.
frappe.provide("crm4s.statutory");

const COLOURS = { Fine: "green", Near: "orange", Reached: "red" };

crm4s.statutory.show = async (frm, fieldname) => {
	const wrapper = fieldname && frm.get_field(fieldname).$wrapper.empty();
	const { doctype, name } = frm.doc;
	if (frm.is_new() || (doctype !== "C4S Vehicle" && !frm.doc.vehicle)) return;
	const rows = await frappe.xcall("crm4s.complaints.api.statutory_limits", { document_type: doctype, document_name: name });
	if (frm.doc.name !== name) return;
	const grave = rows.filter((row) => row.standing !== "Fine");
	for (const row of grave) frm.dashboard.add_comment(sentence(row), row.standing === "Reached" ? "red" : "orange", true);
	if (wrapper && rows.length) wrapper.html(table(rows));
};

function sentence(row) {
	const counted = [safe(__(row.limit)), row.counted, row.most];
	return row.standing === "Reached" ? __("The law's limit is reached: {0} ({1} of {2}).", counted) : __("Near the law's limit: {0} ({1} of {2}).", counted);
}

function table(rows) {
	return `<div class="c4s-statutory">
		<div class="text-muted">${__("Repairs at the manufacturer's cost, in the whole group")}</div>
		${rows.map(line).join("")}
	</div>`;
}

function line(row) {
	const until = [row.until && __("until {0}", [frappe.datetime.str_to_user(row.until)]), row.until_km && __("up to {0} km", [row.until_km])].filter(Boolean).join(", ");
	const more = [row.fault && safe(row.fault), until, row.standing !== "Fine" && safe(row.consequence)].filter(Boolean).join(" · ");
	return `<div class="c4s-statutory-line">
		<span class="indicator-pill ${COLOURS[row.standing]}">${cint(row.counted)} / ${cint(row.most)}</span>
		<span>${safe(__(row.limit))}<span class="text-muted"> ${more}</span></span>
	</div>`;
}

const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
