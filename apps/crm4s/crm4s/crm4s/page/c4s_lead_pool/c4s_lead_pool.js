// The desk runs this file among all others: nothing in it may be global.
(() => {
	const PAGE = "c4s-lead-pool";

	frappe.pages[PAGE].on_page_load = (wrapper) => {
		const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Lead Pool"), single_column: true });
		wrapper.pool = new LeadPool(page);
	};

	frappe.pages[PAGE].on_page_show = (wrapper) => wrapper.pool.load();

	class LeadPool {
		constructor(page) {
			this.page = page;
			this.leads = [];
			this.body = $(`<div class="c4s-pool"></div>`).appendTo(page.main);
			page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
			this.source = this.filter("source", "C4S Source", __("Source"));
			this.grade = this.filter("grade", "C4S Lead Grade", __("Grade"));
			this.model = this.filter("model", "C4S Vehicle Model", __("Model"));
			this.body.on("click", "[data-lead]", (event) => this.take($(event.currentTarget)));
			this.body.on("click", "[data-more]", () => this.load(this.leads.length));
		}

		filter(fieldname, options, label) {
			return this.page.add_field({ fieldname, fieldtype: "Link", options, label, change: () => this.load() });
		}

		load(start = 0) {
			const filters = {};
			for (const name of ["source", "grade", "model"]) {
				if (this[name].get_value()) filters[name] = this[name].get_value();
			}
			return frappe.xcall("crm4s.leads.pool.waiting", { start, ...filters }).then(({ leads, more }) => {
				this.leads = start ? [...this.leads, ...leads] : leads;
				this.show(more);
			});
		}

		show(more) {
			if (!this.leads.length) {
				this.body.html(`<div class="c4s-pool-empty">${__("No lead waits in the pool.")}</div>`);
				return;
			}
			const rest = more ? `<button class="btn btn-default btn-sm mt-3" data-more>${__("Show More")}</button>` : "";
			this.body.html(this.leads.map((lead) => this.row(lead)).join("") + rest);
		}

		row(lead) {
			const escape = (text) => frappe.utils.escape_html(text || "");
			const facts = [
				lead.source && __(lead.source),
				lead.interested_model,
				lead.grade && __("Grade {0}", [lead.grade]),
				lead.score && __("{0} points", [lead.score]),
				__("Received {0}", [frappe.datetime.str_to_user(lead.received_on, false, true)]),
				lead.days ? __("in the pool for {0} days", [lead.days]) : __("in the pool since today"),
			];
			return `<div class="c4s-pool-lead">
				<div class="c4s-pool-who"><strong>${escape(lead.lead_name)}</strong> ${escape(lead.masked_phone)}</div>
				<div class="c4s-pool-facts">${facts.filter(Boolean).map(escape).join(" · ")}</div>
				<button class="btn btn-primary btn-sm" data-lead="${escape(lead.name)}">${__("Take It")}</button>
			</div>`;
		}

		take(button) {
			button.prop("disabled", true);
			frappe
				.xcall("crm4s.leads.pool.take", { lead: button.attr("data-lead") })
				.then((name) => {
					frappe.show_alert({ message: __("The lead is yours."), indicator: "green" });
					frappe.set_route("Form", "C4S Lead", name);
				})
				.catch(() => this.load());
		}
	}
})();
