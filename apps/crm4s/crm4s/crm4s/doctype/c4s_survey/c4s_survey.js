frappe.ui.form.on("C4S Survey", {
	setup(frm) {
		frm.set_query("indicator", "questions", () => ({ filters: { enabled: 1 } }));
		frm.set_query("second_indicator", "questions", () => ({ filters: { enabled: 1 } }));
		frm.set_query("complaint_category", () => ({ filters: { is_group: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Preview"), () => preview(frm));
		if (frm.perm[0]?.write) {
			if (!frm.doc.published_version || frm.doc.is_changed)
				frm.add_custom_button(__("Publish"), () => publish(frm)).addClass("btn-primary-light");
			frm.add_custom_button(__("Add Texts to Translate"), () => add_texts(frm));
		}
		if (frm.doc.enabled && frm.doc.published_version && frappe.model.can_create("C4S Survey Response"))
			frm.add_custom_button(__("New Response"), () => frappe.new_doc("C4S Survey Response", { survey: frm.doc.name }));
		if (frm.doc.is_changed || !frm.doc.published_version)
			frm.dashboard.set_headline(
				frm.doc.is_changed
					? __("This is a draft: customers are asked version {0} until you publish it.", [frappe.utils.escape_html(frm.doc.published_version)])
					: __("Nobody can answer this survey before it is published.")
			);
	},
});

async function publish(frm) {
	if (frm.is_dirty()) await frm.save();
	const { version, missing } = await frappe.xcall("crm4s.surveys.api.publish", { survey: frm.doc.name });
	const left = Object.entries(missing).filter(([, count]) => count);
	frappe.show_alert({ message: __("Published as {0}.", [version]), indicator: "green" });
	for (const [language, count] of left)
		frappe.show_alert({ message: __("{0} texts are not translated into {1}; the survey is not offered in it.", [count, __(language)]), indicator: "orange" }, 10);
	frm.reload_doc();
}

function add_texts(frm) {
	frappe.prompt(
		{ fieldname: "language", fieldtype: "Select", label: __("Language"), options: ["en", "zh"].filter((one) => one !== frm.doc.language), reqd: 1, default: frm.doc.language === "zh" ? "en" : "zh" },
		async ({ language }) => {
			if (frm.is_dirty()) await frm.save();
			const texts = await frappe.xcall("crm4s.surveys.api.missing_texts", { survey: frm.doc.name, language });
			const there = new Set((frm.doc.texts || []).filter((row) => row.language === language).map((row) => row.original));
			for (const original of texts) if (!there.has(original)) frm.add_child("texts", { language, original });
			frm.refresh_field("texts");
			frappe.show_alert(texts.length ? __("{0} texts are to be translated.", [texts.length]) : __("Everything is translated."));
		},
		__("Add Texts to Translate")
	);
}

// As the customer sees it, on a phone.
async function preview(frm) {
	if (frm.is_dirty() && frm.perm[0]?.write) await frm.save();
	crm4s.surveys.show_phone(frm.doc.title, `/survey?preview=${encodeURIComponent(frm.doc.name)}`);
}
