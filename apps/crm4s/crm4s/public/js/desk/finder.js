// The search bar (Ctrl+G) finds customers, cars and leads: the first entry for whatever is typed, so that Enter is enough.
if (frappe.search?.AwesomeBar) {
	frappe.search.AwesomeBar = class extends frappe.search.AwesomeBar {
		add_defaults(text) {
			super.add_defaults(text);
			const sought = ["C4S Customer", "C4S Vehicle", "C4S Lead"];
			if (text.startsWith("#") || !sought.some((doctype) => frappe.model.can_read(doctype))) return;
			const label = __("Find customer, car or lead: {0}", [frappe.utils.escape_html(text).bold()]);
			// Above the framework's own search, which has index 100.
			this.options.push({ label, value: `find ${text}`, index: 110, match: text, onclick: find });
		}
	};
}

async function find(offered) {
	// The entries follow the typing with a delay; who is quicker than that means what stands in the bar.
	const text = $("#navbar-search").val()?.trim() || offered;
	const found = await frappe.xcall("crm4s.access.finder.find", { text });
	if (found.length === 1) frappe.set_route("Form", found[0].doctype, found[0].name);
	else show(text, found);
}

function show(text, found) {
	const dialog = new frappe.ui.Dialog({ title: __("Found: {0}", [text]) });
	if (!found.length) $("<p>").text(__("Nothing of your stores begins like that or has this number.")).appendTo(dialog.body);
	for (const row of found) show_row(dialog, row);
	if (!found.length && frappe.model.can_create("C4S Store Relationship")) {
		$("<a href='/app/c4s-customer'>").text(__("Find the customer in the group, by the complete number")).appendTo(dialog.body);
	}
	dialog.show();
}

function show_row(dialog, { doctype, name, title, detail }) {
	$("<a class='d-block border-top py-2'>")
		.attr("href", frappe.utils.get_form_link(doctype, name))
		.append($("<div class='bold'>").text(title))
		.append($("<div class='text-muted small'>").text([__(doctype), detail].filter(Boolean).join(" · ")))
		.on("click", () => dialog.hide())
		.appendTo(dialog.body);
}
