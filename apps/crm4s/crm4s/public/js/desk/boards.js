// The desk's boards ask for every document of their filter at once, which in a large store are thousands. Ours show those changed last, and say so.
(() => {
	const MOST = 500;
	if (!frappe.views?.KanbanView) return;

	frappe.views.KanbanView = class extends frappe.views.KanbanView {
		setup_defaults() {
			return super.setup_defaults().then((result) => {
				if (this.meta.module === "CRM4S") this.page_length = MOST;
				return result;
			});
		}

		render() {
			super.render();
			this.$result.siblings(".c4s-board-rest").remove();
			if (!this.page_length || this.data.length < this.page_length) return;
			const sentence = __("The {0} cards changed last are shown; filter to see the others.", [this.data.length]);
			$(`<div class="c4s-board-rest text-muted small px-3 py-2"></div>`).text(sentence).insertBefore(this.$result);
		}
	};
})();
