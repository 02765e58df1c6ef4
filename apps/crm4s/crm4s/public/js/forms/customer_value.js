// What the customer is worth, figure by figure with its reason, on the customer's form.
(() => {
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
	const COLOURS = {
		"No Value": "gray",
		"High Value Stable": "green",
		"High Value at Risk": "red",
		"Low Value Stable": "blue",
		"Low Value at Risk": "orange",
	};
	const DAY = 24 * 60 * 60 * 1000;

	frappe.ui.form.on("C4S Customer", {
		async refresh(frm) {
			const place = frm.get_field("value_reasons").$wrapper.empty();
			if (frm.is_new() || !frappe.model.can_read("C4S Customer Value")) return;
			const name = frm.doc.name;
			const { rows, offers } = await frappe.xcall("crm4s.customer_value.api.explain", { customer: name });
			if (frm.doc.name !== name) return;
			if (rows.length) {

				frm.dashboard.add_indicator(`${safe(__(rows[0].value_class))}`, COLOURS[rows[0].value_class] || "gray");
				place.html(rows.map((row, number) => drawn(row, number)).join("") + drawn_offers(offers));
			} else place.html(`<p class="text-muted">${__("There are no settled visits or delivered cars yet, so nothing can be said.")}</p>`);
		},
	});

	function drawn(row, number) {
		const figures = row.figures.map(
			({ label, value, why }) => `<div class="c4s-value-figure"><dt>${safe(label)}</dt><dd><b>${safe(value)}</b><span>${safe(why)}</span></dd></div>`
		);
		const body = `${row.note ? `<p class="c4s-value-note">${safe(row.note)}</p>` : ""}
			${picture(row.history, row.expected_visits)}
			<dl class="c4s-value-figures">${figures.join("")}</dl>
			${row.suggestion ? `<p class="c4s-value-strategy"><b>${__("Suggested")}: ${safe(__(row.strategy))}</b> – ${safe(row.suggestion)}</p>` : ""}
			<p class="text-muted small">${__("Computed on {0} from what was settled before.", [frappe.datetime.str_to_user(row.computed_on)])}</p>`;
		if (!row.title) return `<div class="c4s-value">${body}</div>`;
		return `<details class="c4s-value" ${number ? "" : "open"}><summary><b>${safe(row.title)}</b> · ${safe(__(row.value_class))}</summary>${body}</details>`;
	}

	// A line from the first visit to a year ahead, a dot for each day with a visit; in words for who does not see it.
	function picture({ days, until }, expected) {
		if (!days.length) return "";
		const at = (day) => new Date(day).getTime();
		const now = at(until), first = Math.min(at(days[0]), now - 30 * DAY), end = now + 365 * DAY;
		const x = (time) => (10 + (980 * (time - first)) / (end - first)).toFixed(1);
		const dots = days.map((day) => `<circle cx="${x(at(day))}" cy="24" r="6"><title>${frappe.datetime.str_to_user(day)}</title></circle>`);
		const words = __("{0} days with a visit until {1}; {2} visits are expected in the year after.", [days.length, frappe.datetime.str_to_user(until), format_number(expected, null, 1)]);
		return `<svg class="c4s-value-history" viewBox="0 0 1000 62" role="img" aria-label="${safe(words)}">
			<rect x="${x(now)}" y="6" width="${(990 - x(now)).toFixed(1)}" height="36" class="ahead"></rect>
			<line x1="10" y1="24" x2="990" y2="24"></line>${dots.join("")}
			<text x="10" y="58">${safe(frappe.datetime.str_to_user(days[0]))}</text>
			<text x="${x(now)}" y="58" text-anchor="end">${__("today")}</text>
			<text x="990" y="58" text-anchor="end">${safe(__("{0} visits expected", [format_number(expected, null, 1)]))}</text></svg>`;
	}

	function drawn_offers(offers) {
		if (!offers.length) return "";
		const rows = offers.map(({ offer, why }) => `<li><b>${safe(offer)}</b> – ${safe(why)}</li>`);
		return `<h5 class="mt-3">${__("What to Offer Next")}</h5><ul class="pl-4 c4s-value-offers">${rows.join("")}</ul>`;
	}
})();
