// The desk runs this file among all others: nothing in it may be global.
(() => {
	frappe.pages["c4s-process-standards"].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Process Standards"), single_column: true });
		wrapper.standards = new ProcessStandards(page);
	};

	frappe.pages["c4s-process-standards"].on_page_show = (wrapper) => wrapper.standards.load();

	const METHODS = "crm4s.crm4s.page.c4s_process_standards.c4s_process_standards";
	const DIFFERENT = "Different";
	const STANDINGS = {
		Installed: { label: __("Installed"), colour: "green", meaning: __("As we ship it.") },
		New: {
			label: __("New in This Version"),
			colour: "blue",
			meaning: __("Nobody changed it here; it follows our version at the next update."),
		},
		"Changed Here": {
			label: __("Changed Here"),
			colour: "orange",
			meaning: __("It stays as it is; we changed nothing since."),
		},
		"Changed Here and New": {
			label: __("Changed Here, New in This Version"),
			colour: "red",
			meaning: __("It stays as it is, although we have a new version."),
		},
		"Deleted Here": { label: __("Deleted Here"), colour: "gray", meaning: __("It does not come back by itself.") },
	};

	class ProcessStandards {
		constructor(page) {
			this.page = page;
			this.standards = [];
			this.body = $(`<div class="c4s-standards"></div>`).appendTo(page.main);
			this.standing = page.add_field({
				fieldname: "standing",
				fieldtype: "Select",
				label: __("Standing"),
				options: [
					{ value: DIFFERENT, label: __("Different from Ours") },
					{ value: "", label: __("All") },
					...Object.entries(STANDINGS).map(([value, { label }]) => ({ value, label })),
				],
				default: DIFFERENT,
				change: () => this.show(),
			});
			this.document_type = page.add_field({
				fieldname: "document_type",
				fieldtype: "Select",
				label: __("Kind of Document"),
				options: [{ value: "", label: __("All Document Types") }],
				change: () => this.show(),
			});
			this.text = page.add_field({
				fieldname: "text",
				fieldtype: "Data",
				label: __("Name"),
				change: () => this.show(),
			});
			page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
		}

		async load() {
			this.standards = await frappe.xcall(`${METHODS}.get_standards`);
			const types = [...new Set(this.standards.map((standard) => standard.document_type))];
			this.document_type.df.options = [
				{ value: "", label: __("All Document Types") },
				...types.map((value) => ({ value, label: __(value) })),
			];
			this.document_type.refresh();
			this.show();
		}

		show() {
			const chosen = this.chosen();
			this.body.html(
				chosen.length
					? `<div class="c4s-standards-count text-muted">${__("{0} of {1} standards", [
							chosen.length,
							this.standards.length,
					  ])}</div><div role="table">${chosen.map(row).join("")}</div>`
					: `<div class="c4s-standards-none text-muted">${__("No standard is like that: the others are as we ship them.")}</div>`
			);
			this.body.find("[data-do]").on("click", ({ currentTarget }) => {
				const { position, do: what } = currentTarget.dataset;
				this[what](chosen[position]);
			});
		}

		chosen() {
			const standing = this.standing.get_value();
			const type = this.document_type.get_value();
			const text = (this.text.get_value() || "").toLowerCase();
			return this.standards.filter(
				(standard) =>
					(!standing ||
						standard.standing === standing ||
						(standing === DIFFERENT && (standard.standing !== "Installed" || standard.replaced_on))) &&
					(!type || standard.document_type === type) &&
					(!text ||
						`${standard.title} ${standard.document_name}`.toLowerCase().includes(text))
			);
		}

		async compare(standard) {
			const rows = await frappe.xcall(`${METHODS}.get_difference`, key_of(standard));
			const dialog = new frappe.ui.Dialog({
				title: name_of(standard),
				size: "extra-large",
				fields: [{ fieldtype: "HTML", fieldname: "rows", options: difference(rows) }],
				...(rows.length && {
					primary_action_label: __("Take Ours"),
					primary_action: () => {
						dialog.hide();
						this.take(standard);
					},
				}),
			});
			dialog.show();
		}

		take(standard) {
			frappe.confirm(
				__("Replace {0} by our standard? What is here now is kept, and you can take it back on this page.", [
					name_of(standard).bold(),
				]),
				() => this.act("take_ours", standard, __("Our standard is in place."))
			);
		}

		install(standard) {
			this.act("take_ours", standard, __("Installed again."));
		}

		back(standard) {
			this.act("take_back", standard, __("The former content is back."));
		}

		async act(method, standard, message) {
			const changed = await frappe.xcall(`${METHODS}.${method}`, key_of(standard));
			Object.assign(standard, changed);
			frappe.show_alert({ message, indicator: "green" });
			this.show();
		}
	}

	function row(standard, position) {
		const { label, colour, meaning } = STANDINGS[standard.standing];
		return `<div class="c4s-standard" role="row">
			<div class="c4s-standard-name" role="cell">
				<div>${document_link(standard)}</div>
				<div class="text-muted small">${text_of(__(standard.document_type))}</div>
			</div>
			<div class="c4s-standard-standing" role="cell">
				<span class="indicator-pill no-indicator-dot ${colour}">${label}</span>
				<div class="text-muted small">${meaning}${replaced(standard)}</div>
			</div>
			<div class="c4s-standard-actions" role="cell">${buttons(standard, position)}</div>
		</div>`;
	}

	function document_link(standard) {
		const name = text_of(standard.title);
		if (standard.standing === "Deleted Here") return name;
		return `<a href="${frappe.utils.get_form_link(standard.document_type, standard.document_name)}">${name}</a>`;
	}

	function replaced({ replaced_on, replaced_by }) {
		if (!replaced_on) return "";
		const when = frappe.datetime.str_to_user(replaced_on);
		return ` ${__("Ours was taken on {0} by {1}.", [when, text_of(replaced_by)])}`;
	}

	function buttons(standard, position) {
		const button = (what, label) =>
			`<button class="btn btn-default btn-sm" data-do="${what}" data-position="${position}">${label}</button>`;
		const offered = [];
		if (standard.standing === "Deleted Here") offered.push(button("install", __("Install Again")));
		else if (standard.standing !== "Installed") {
			offered.push(button("compare", __("Show Difference")), button("take", __("Take Ours")));
		}
		if (standard.replaced_on) offered.push(button("back", __("Take Back")));
		return offered.join(" ");
	}

	function difference(rows) {
		if (!rows.length) return `<p>${__("What people see of it is the same here as in our version.")}</p>`;
		const side = (text) => (text === null ? `<span class="text-muted">${__("not there")}</span>` : text_of(text) || "–");
		return `<table class="table table-bordered c4s-difference">
			<thead><tr><th>${__("Field or Row")}</th><th>${__("Here")}</th><th>${__("Ours")}</th></tr></thead>
			<tbody>${rows
				.map(
					(found) => `<tr>
						<td>${text_of(found.label)}</td>
						<td data-label="${__("Here")}">${side(found.here)}</td>
						<td data-label="${__("Ours")}">${side(found.ours)}</td>
					</tr>`
				)
				.join("")}</tbody>
		</table>`;
	}

	const key_of = ({ document_type, document_name }) => ({ document_type, document_name });
	const name_of = (standard) => `${__(standard.document_type)}: ${standard.title}`;
	const text_of = (text) => frappe.utils.escape_html(text || "");
})();
