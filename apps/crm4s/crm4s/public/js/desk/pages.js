// What the desk's own pages of a store do alike.
frappe.provide("crm4s.pages");

// Updates come over the socket; this is for when it is down, and for what becomes late.
const RENEWED_EVERY = 60_000;
// The server takes a moment to let a page listen, and tells nobody what happened until then.
const LISTENS_WITHIN = 3_000;

Object.assign(crm4s.pages, {
	// Where there is more than one store, a field in which to choose another; `changed(name)` is told which.
	add_store_field(page, stores, chosen, changed) {
		if (stores.length < 2) return null;
		const field = page.add_field({
			fieldname: "dealership",
			fieldtype: "Select",
			label: __("Store"),
			options: stores.map(({ name, dealership_name }) => ({ value: name, label: dealership_name })),
			default: chosen,
			change: () => {
				if (!field.get_value() || field.get_value() === chosen) return;
				chosen = field.get_value();
				changed(chosen);
			},
		});
		return field;
	},

	// Why a page shows nothing to whoever works for no store.
	no_store: () => `<div class="c4s-empty">${__("You are assigned to no store; ask an administrator to assign you to one.")}</div>`,

	// Renews a page while it is shown: every minute, and soon after `event` came for a document of the type of a store that `concerns`.
	live({ doctype, event, concerns, renew }) {
		const renew_soon = frappe.utils.debounce(renew, 200);
		const on_change = ({ dealership }) => concerns(dealership) && renew_soon();
		// The server forgets who listens when the connection is lost.
		const listen = () => {
			frappe.realtime.doctype_subscribe(doctype);
			renew_soon();
		};
		let timer = null;
		let first = null;
		const stop = () => {
			if (!timer) return;
			clearInterval(timer);
			clearTimeout(first);
			frappe.realtime.off(event, on_change);
			frappe.realtime.off("connect", listen);
			frappe.realtime.doctype_unsubscribe(doctype);
			timer = null;
		};
		const start = () => {
			stop();
			frappe.realtime.doctype_subscribe(doctype);
			frappe.realtime.on(event, on_change);
			frappe.realtime.on("connect", listen);
			timer = setInterval(renew, RENEWED_EVERY);
			first = setTimeout(renew, LISTENS_WITHIN);
		};
		return { start, stop };
	},

	// Runs one step and renews the page, also after a refusal: a colleague may have been faster.
	// The framework has shown the refusal; the answer is null then.
	async step(run, renew) {
		try {
			return await run();
		} catch (refusal) {
			if (refusal instanceof Error) throw refusal;
			return null;
		} finally {
			await renew();
		}
	},
});
