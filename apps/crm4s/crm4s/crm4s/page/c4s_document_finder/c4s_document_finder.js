// The desk runs this file among all others: nothing in it may be global.
(() => {
	const PAGE = "c4s-document-finder";
	const API = "crm4s.papers.api.";
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	frappe.pages[PAGE].on_page_load = (wrapper) => {
		wrapper.finder = new DocumentFinder(wrapper);
	};

	frappe.pages[PAGE].on_page_show = (wrapper) => wrapper.finder.show();

	class DocumentFinder {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Document Finder"), single_column: true });
			this.rows = [];
			this.asked = 0;
			this.ready = this.start();
		}

		async start() {
			const kinds = await frappe.xcall(API + "kinds");
			const find_soon = frappe.utils.debounce(() => this.find(), 300);
			const field = (fieldname, fieldtype, label, more = {}) =>
				this.page.add_field({ fieldname, fieldtype, label, change: find_soon, ...more });
			this.fields = {
				text: field("text", "Data", __("Plate, VIN, phone, number or name")),
				kind: field("kind", "Select", __("Kind"), {
					options: [{ value: "", label: __("All Kinds") }, ...kinds.map(({ doctype }) => ({ value: doctype, label: __(doctype) }))],
				}),
				dealership: field("dealership", "Link", __("Store"), {
					options: "C4S Dealership",
					get_query: () => ({ query: "crm4s.access.own_store.search" }),
				}),
				from_day: field("from_day", "Date", __("From Date")),
				to_day: field("to_day", "Date", __("To Date")),
			};
			this.fields.text.$input.on("input", find_soon).on("keydown", (event) => event.key === "Enter" && this.find());
			this.page.set_primary_action(__("Find"), () => this.find(), "search");
			if (kinds.some(({ may_export }) => may_export)) this.page.set_secondary_action(__("Excel"), () => this.export(), { icon: "small-file" });
			this.body = $("<div class='c4s-found' aria-live='polite'></div>").appendTo(this.page.main);
			this.body.on("click", "[data-more]", () => this.find(this.more));
			this.body.on("click", "[data-print]", ({ currentTarget: { dataset } }) => this.print(this.rows[dataset.row], dataset.print));
		}

		async show() {
			await this.ready;
			const { text, kind } = frappe.route_options || {};
			frappe.route_options = null;
			if (text) await this.fields.text.set_value(text);
			if (kind) await this.fields.kind.set_value(kind);
			this.find();
			if (!frappe.is_mobile()) this.fields.text.$input.trigger("focus").trigger("select");
		}

		values() {
			const values = Object.entries(this.fields).map(([name, field]) => [name, field.get_value()]);
			return Object.fromEntries(values.filter(([, value]) => value));
		}

		// Answers come in any order; what counts is the last question.
		async find(after) {
			const asked = ++this.asked;
			const values = this.values();
			const behind = after ? { after_day: after.day, after_name: after.name } : {};
			const { rows, more, from_day, too_little } = await frappe.xcall(API + "find", { ...values, ...behind });
			if (asked !== this.asked) return;
			this.rows = after ? [...this.rows, ...rows] : rows;
			this.more = more;
			this.draw(values, from_day, too_little);
		}

		draw(values, from_day, too_little) {
			const notes = [];
			if (!values.text && !values.from_day && from_day) notes.push(__("What is since {0}; type something, or choose a day, to look further back.", [frappe.datetime.str_to_user(from_day)]));
			if (!this.rows.length) notes.push(too_little ? __("Type more: two letters or digits at least, of a plate four.") : __("Nothing of your stores fits."));
			const more = this.more ? `<button class="btn btn-default btn-sm mt-3" data-more>${__("Show More")}</button>` : "";
			this.body.html(notes.map((note) => `<p class="text-muted">${note}</p>`).join("") + this.rows.map((row, place) => this.row(row, place)).join("") + more);
		}

		row(row, place) {
			const car = [row.plate, row.model].filter(Boolean).map(escaped).join(" · ");
			const person = [row.person, row.masked_phone].filter(Boolean).map(escaped).join(" ");
			const status = row.status ? `<span class="indicator-pill gray no-indicator-dot">${__(row.status)}</span>` : "";
			return `<div class="c4s-found-row">
				<div class="c4s-found-what">
					<div class="small text-muted">${__(row.doctype)} · ${frappe.datetime.str_to_user(row.day).slice(0, 16).replace(" 00:00", "")}</div>
					<a class="bold" href="${frappe.utils.get_form_link(row.doctype, row.name)}">${escaped(row.name)}</a> ${status}
				</div>
				<div class="c4s-found-who"><div>${person || "–"}</div><div class="small text-muted">${car}</div></div>
				<div class="c4s-found-about"><div class="small">${escaped(row.about)}</div><div class="small text-muted">${escaped(row.store)}</div></div>
				<div class="c4s-found-print">${this.print_buttons(row, place)}</div>
			</div>`;
		}

		// The sheet that is wanted now, the others in a menu.
		print_buttons(row, place) {
			const [first, ...others] = crm4s.papers.of(row.doctype, row);
			if (!first) return "";
			const button = (offer, look) =>
				`<button type="button" class="${look}" data-row="${place}" data-print="${escaped(offer.print_format)}">${__(offer.print_format)}</button>`;
			if (!others.length) return button(first, "btn btn-default btn-sm");
			return `<div class="btn-group">${button(first, "btn btn-default btn-sm")}
				<button type="button" class="btn btn-default btn-sm dropdown-toggle" data-toggle="dropdown" aria-label="${__("More sheets")}"></button>
				<div class="dropdown-menu dropdown-menu-right">${others.map((offer) => button(offer, "dropdown-item")).join("")}</div></div>`;
		}

		print(row, print_format) {
			crm4s.papers.print(row, crm4s.papers.of(row.doctype, row).find((offer) => offer.print_format === print_format));
		}

		export() {
			open_url_post("/api/method/" + API + "export", this.values());
		}
	}
})();
