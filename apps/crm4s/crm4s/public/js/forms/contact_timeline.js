// Everything between us and a customer, or about a car, in one line of time: read when the tab is opened, further back on request.
(() => {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const ask = (frm, more) => frappe.xcall("crm4s.interactions.timeline.get", { doctype: frm.doctype, name: frm.doc.name, ...more });
	const route_of = (doctype, name) => `/app/${frappe.router.slug(doctype)}/${encodeURIComponent(name)}`;

	const line = ({ doctype, name, moment: on, title, also }) => `<li class="c4s-history-row">
		<span class="c4s-history-when text-muted">${frappe.datetime.str_to_user(on.slice(0, 16))}</span>
		<span class="c4s-history-what"><b>${safe(__(doctype))}</b> <a href="${route_of(doctype, name)}">${safe(title)}</a>
			<span class="text-muted">${safe(also.join(" · "))}</span></span></li>`;

	class Line {
		constructor(frm) {
			this.frm = frm;
			this.rows = [];
			this.only = "";
			this.$box = frm.get_field("contact_timeline").$wrapper.empty();
			this.$box.html(`<div class="c4s-history"><select class="form-control input-sm c4s-history-only" aria-label="${__("Kind")}"></select>
				<ul></ul><button class="btn btn-default btn-sm c4s-history-more">${__("Further Back")}</button></div>`);
			this.$box.on("change", ".c4s-history-only", ({ target }) => {
				this.only = target.value;
				this.rows = [];
				this.read();
			});
			this.$box.on("click", ".c4s-history-more", () => this.read());
		}

		async read() {
			const last = this.rows.at(-1)?.moment;
			const seen = this.rows.filter(({ moment: on }) => on === last).map(({ name }) => name);
			const found = await ask(this.frm, { only: this.only || null, ...(last ? { before: last, seen } : {}) });
			this.rows.push(...found.rows);
			const $only = this.$box.find(".c4s-history-only");
			if (!$only.children().length) {
				const options = found.kinds.map((kind) => `<option value="${safe(kind)}">${safe(__(kind))}</option>`);
				$only.html(`<option value="">${__("Everything")}</option>${options.join("")}`);
			}
			this.$box.find("ul").html(this.rows.map(line).join("") || `<li class="text-muted">${__("Nothing has happened yet.")}</li>`);
			this.$box.find(".c4s-history-more").toggle(found.more);
		}
	}

	for (const doctype of ["C4S Customer", "C4S Vehicle"]) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				frm.c4s_line = null;
				if (frm.is_new() || !frm.get_field("contact_timeline")) return;
				const open = () => {
					if (frm.c4s_line) return;
					frm.c4s_line = new Line(frm);
					frm.c4s_line.read();
				};
				const $tab = frm.$wrapper.find("[data-fieldname=timeline_tab]");
				$tab.off("shown.bs.tab.c4s click.c4s").on("shown.bs.tab.c4s click.c4s", open);
				if ($tab.filter(".active").length || $tab.find(".active").length) open();
			},
		});
	}
})();
