const SEGMENTS = "crm4s.segments.api.";

frappe.ui.form.on("C4S Segment", {
	refresh(frm) {
		crm4s.conditions.offer(frm, "filters");
		frm.trigger("buttons");
		frm.trigger("look");
	},

	kind: (frm) => frm.trigger("look"),
	dealership: (frm) => frm.trigger("look"),

	buttons(frm) {
		frappe.realtime.off("c4s_segment_refreshed");
		frappe.realtime.on("c4s_segment_refreshed", ({ segment, added, removed }) => {
			if (segment !== frm.doc.name) return;
			frappe.show_alert({ message: __("{0} customers came in, {1} went out.", [added, removed]), indicator: "green" });
			frm.reload_doc();
		});
		if (frm.is_new()) return;
		frm.add_custom_button(__("Members"), () => frappe.set_route("List", "C4S Segment Member", { segment: frm.doc.name }));
		if (!frm.perm[0]?.write) return;
		if (frm.doc.kind === "List") {
			frm.add_custom_button(__("Add from Spreadsheet"), () => add_from_spreadsheet(frm));
			frm.set_intro(__("Customers come into this list from the list of customers (Actions, Add to Segment) or from a spreadsheet."), "blue");
		} else {
			frm.add_custom_button(__("Keep as List"), () => keep_as_list(frm));
			if (!frm.doc.refreshed_on) frm.set_intro(__("The members are not complete yet; they are being found in the background, or will be tonight."), "orange");
		}
		frm.add_custom_button(__("Refresh Members"), async () => {
			if (frm.is_dirty()) await frm.save();
			await frappe.xcall(SEGMENTS + "refresh", { segment: frm.doc.name });
			frappe.show_alert({ message: __("The members are being brought up to date."), indicator: "blue" });
		});
	},

	// How many there would be, a moment after the last change.
	look: frappe.utils.debounce((frm) => show_preview(frm), 600),
});

frappe.ui.form.on("C4S Segment Filter", {
	async fieldname(frm, doctype, name) {
		await crm4s.conditions.field_chosen(doctype, name);
		frm.trigger("look");
	},
	operator: (frm) => frm.trigger("look"),
	value: (frm) => frm.trigger("look"),
	within: (frm) => frm.trigger("look"),
	within_unit: (frm) => frm.trigger("look"),
	group_number: (frm) => frm.trigger("look"),
	filters_remove: (frm) => frm.trigger("look"),
});

async function show_preview(frm) {
	const $place = frm.fields_dict.preview?.$wrapper;
	if (!$place || frm.doc.doctype !== "C4S Segment") return;
	const complete = (row) => row.fieldname && (row.value || row.operator?.startsWith("is "));
	const filters = (frm.doc.filters || []).filter(complete);
	const asked = JSON.stringify({ kind: frm.doc.kind, dealership: frm.doc.dealership, filters });
	if (frm.doc.kind !== "Filter" || !frm.perm[0]?.write || !filters.length) return $place.empty();
	frm.asked_preview = asked;
	$place.html(`<p class="text-muted">${__("Counting …")}</p>`);
	const answer = await frappe.call({ method: SEGMENTS + "preview", args: { segment: asked }, silent: true }).then(
		({ message }) => message,
		(failure) => ({ refused: sentence_of(failure) })
	);
	// The conditions may have changed meanwhile.
	if (frm.asked_preview !== asked) return;
	const { refused } = answer;
	$place.html(refused === undefined ? drawn(answer) : `<p class="text-muted">${__("These conditions cannot be counted yet.")} ${refused}</p>`);
}

// What the server says against the conditions, as HTML of its own making.
function sentence_of(failure) {
	const said = JSON.parse(failure?.responseJSON?._server_messages || "[]");
	return said.length ? JSON.parse(said[0]).message : "";
}

function drawn({ size, estimated, sample, conditions }) {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const said = conditions.map((rows) => rows.map(safe).join(` <span class="text-muted">${__("and")}</span> `));
	const exact = estimated ? __("about {0} customers; the refresh will tell exactly", [size]) : __("{0} customers", [size]);
	const count = size === null ? __("More than can be counted at once; the refresh will tell.") : exact;
	const rows = sample.map(
		(row) => `<tr><td class="text-nowrap"><a href="/app/c4s-customer/${encodeURIComponent(row.customer)}">${safe(row.customer_name)}</a></td>
			<td class="text-nowrap">${safe(row.city)}</td><td>${safe(row.why)}</td></tr>`
	);
	const headings = [__("Customer"), __("City"), __("Why")].map((text) => `<th>${text}</th>`);
	const table = rows.length
		? `<div class="table-responsive"><table class="table table-bordered"><thead><tr>${headings.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
		: "";
	return `<p class="h4">${count}</p><p>${said.join(`<br><span class="text-muted">${__("or")}</span> `)}</p>${table}`;
}

function keep_as_list(frm) {
	const name = `${frm.doc.segment_name} ${frappe.datetime.str_to_user(frappe.datetime.get_today())}`;
	crm4s.forms.ask(
		__("Keep as List"),
		[{ fieldname: "name", fieldtype: "Data", label: __("Name of the List"), default: name, reqd: 1 }],
		__("Keep"),
		async ({ name }) => {
			const list = await frappe.xcall(SEGMENTS + "keep_as_list", { segment: frm.doc.name, name });
			frappe.set_route("Form", "C4S Segment", list);
		}
	);
}

function add_from_spreadsheet(frm) {
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.docname,
		folder: "Home/Attachments",
		make_attachments_public: false,
		allow_multiple: false,
		restrictions: { allowed_file_types: [".xlsx", ".csv"] },
		on_success: async (file) => {
			const taken = await frappe.xcall(SEGMENTS + "add_sheet", { segment: frm.doc.name, file: file.name });
			await frm.reload_doc();
			crm4s.conditions.show_taken(taken);
		},
	});
}
