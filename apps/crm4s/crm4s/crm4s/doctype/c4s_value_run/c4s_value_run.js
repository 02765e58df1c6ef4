frappe.ui.form.on("C4S Value Run", {
	async refresh(frm) {
		const name = frm.doc.name;
		const said = frm.doc.status === "Done" ? await frappe.xcall("crm4s.customer_value.api.describe", { run: name }) : [];
		if (frm.doc.name !== name) return;
		const items = said.map((sentence) => `<li>${frappe.utils.escape_html(sentence)}</li>`);
		frm.get_field("words").$wrapper.html(items.length ? `<ul class="pl-4">${items.join("")}</ul>` : "");
	},
});
