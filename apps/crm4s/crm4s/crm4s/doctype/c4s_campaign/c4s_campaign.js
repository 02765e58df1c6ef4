const CAMPAIGNS = "crm4s.campaigns.api.";
// What a button is called that leads to a status; the colours of the statuses stand in the list.
const STEPS = {
	Draft: () => __("Back to Draft"),
	"Ready to Start": () => __("Make Ready"),
	Running: (from) => (from === "Paused" ? __("Resume") : __("Launch")),
	Paused: () => __("Pause"),
	Ended: () => __("End Campaign"),
	Cancelled: () => __("Cancel Campaign"),
};

frappe.ui.form.on("C4S Campaign", {
	setup(frm) {
		frm.set_query("kind", () => ({ filters: { enabled: 1 } }));
		frm.set_query("template", () => ({ filters: { enabled: 1, ...(frm.doc.purpose ? { purpose: frm.doc.purpose } : {}) } }));
		frm.set_query("purpose", () => ({ filters: { enabled: 1 } }));
		frm.set_query("coupon_offer", () => ({ filters: { enabled: 1 } }));
		frm.set_query("segment", "segments", () => ({ filters: { enabled: 1 } }));
		frappe.realtime.on("c4s_campaign_done", ({ campaign }) => {
			if (campaign === frm.doc.name && !frm.is_dirty()) frm.reload_doc();
		});
	},

	async refresh(frm) {
		frm.get_field("preview").$wrapper.empty();
		frm.get_field("results").$wrapper.empty();
		if (frm.is_new()) return;
		const name = frm.doc.name;
		const state = await frappe.xcall(CAMPAIGNS + "state_of", { campaign: name });
		if (frm.doc.name !== name) return;
		add_steps(frm, state);
		add_work(frm, state);
		show_preview(frm);
		show_results(frm, state);
		show_standing(frm, state);
	},

	kind(frm) {
		if (frm.is_new()) crm4s.forms.take_over(frm, "kind", ["purpose"]);
	},
});

function add_steps(frm, { steps }) {
	for (const status of steps) {
		const main = ["Ready to Start", "Running"].includes(status);
		const button = frm.add_custom_button(STEPS[status](frm.doc.status), () => take_step(frm, status), main ? null : __("More Steps"));
		if (main) button.removeClass("btn-default").addClass("btn-primary-light");
	}
}

function take_step(frm, status) {
	const move = (values) => crm4s.forms.act(frm, CAMPAIGNS + "move", { campaign: frm.doc.name, status, ...values });
	const questions = {
		Running: __("Customers of the audience are contacted now. Go on?"),
		Ended: __("Messages that still wait are not sent. End the campaign?"),
	};
	if (["Paused", "Cancelled"].includes(status)) {
		const reason = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: status === "Cancelled" ? 1 : 0 };
		crm4s.forms.ask(STEPS[status](), [reason], STEPS[status](), move);
	} else if (questions[status] && frm.doc.status !== "Paused") frappe.confirm(questions[status], () => move());
	else move();
}

function add_work(frm, { steps }) {
	const { doc } = frm;
	const open = ["Draft", "Ready to Start", "Running", "Paused"].includes(doc.status);
	if (steps.length && open) {
		frm.add_custom_button(__("Count Audience"), () => begin(frm, "count"), __("Campaign Audience"));
		frm.add_custom_button(__("Prepare Audience"), () => begin(frm, "prepare"), __("Campaign Audience"));
		frm.add_custom_button(__("Show a Sample"), () => show_sample(frm), __("Campaign Audience"));
	}
	if (doc.has_registrations && ["Ready to Start", "Running", "Paused"].includes(doc.status) && frappe.model.can_create("C4S Event Registration")) {
		frm.add_custom_button(__("Register Customer"), () => crm4s.campaigns.register({ campaign: doc.name }));
		frm.add_custom_button(__("Check-In"), () => frappe.set_route("c4s-check-in", doc.name));
	}
	if (doc.has_gifts && doc.status !== "Draft" && doc.status !== "Cancelled" && frappe.model.can_write("C4S Gift Hand-Out")) {
		frm.add_custom_button(__("Hand Out Gift"), () => hand_out(frm));
	}
	if (doc.launched_on && frm.perm[0]?.write) {
		frm.add_custom_button(__("Count Results"), async () => {
			await frappe.xcall(CAMPAIGNS + "recount", { campaign: doc.name });
			frappe.show_alert({ message: __("The results are being counted; they show here when they are there."), indicator: "blue" });
		});
	}
}

async function begin(frm, what) {
	const answer = await crm4s.forms.act(frm, CAMPAIGNS + what, { campaign: frm.doc.name });
	if (!answer) frappe.show_alert({ message: __("This goes on in the background; the figures show here when they are there."), indicator: "blue" });
}

const safe = (text) => frappe.utils.escape_html(String(text ?? ""));
const table = (headings, rows) =>
	`<div class="table-responsive"><table class="table table-bordered text-nowrap"><thead><tr>${headings.map((text) => `<th>${text}</th>`).join("")}</tr></thead>
	<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table></div>`;
const number = (value) => format_number(value || 0, null, 0);
const percent = (value) => `${format_number(100 * (value || 0), null, 1)} %`;
const money = (value) => format_currency(value || 0, frappe.boot.sysdefaults.currency);

async function show_sample(frm) {
	if (frm.is_dirty()) await frm.save();
	const rows = await frappe.xcall(CAMPAIGNS + "sample", { campaign: frm.doc.name });
	const cells = rows.map((row) => [`<a href="/app/c4s-customer/${encodeURIComponent(row.name)}">${safe(row.customer_name)}</a>`, safe(row.masked_phone), __(row.arm)]);
	frappe.msgprint({
		title: __("Some of Your Customers in the Audience"),
		message: rows.length ? table([__("Customer"), __("Phone"), __("Compared Group")], cells) : __("None of your customers is in the audience."),
	});
}

function show_preview(frm) {
	const wrapper = frm.get_field("preview").$wrapper;
	if (!frm.doc.preview_json) {
		wrapper.html(`<p class="text-muted">${__("Press Count Audience to see how many customers there are and whom the channels would reach.")}</p>`);
		return;
	}
	const found = JSON.parse(frm.doc.preview_json);
	const said = [
		[number(found.customers), __("customers")],
		[number(found.to_contact), __("to be contacted")],
		[number(found.held_out), __("held out")],
		[number(found.unreachable), __("reached by no channel")],
	].map(([value, label]) => `<b>${value}</b> ${label}`);
	const channels = found.by_channel.map((row) => [__(row.channel), number(row.reachable), number(row.used)]);
	const reasons = found.reasons.map((row) => [safe(row.reason), number(row.customers)]);
	const budget = frm.doc.budget ? ` / ${__("Budget")} ${money(frm.doc.budget)}` : "";
	wrapper.html(`<p>${said.join(" · ")}</p>
		${channels.length ? table([__("Channel"), __("May Be Reached"), __("Would Be Used")], channels) : ""}
		${reasons.length ? table([__("Why Not"), __("Customers")], reasons) : ""}
		<p>${__("Expected cost of the messages")}: <b>${money(found.expected_cost)}</b>${budget}</p>
		${(found.segments || []).map(said_of_segment).join("")}
		<p class="text-muted">${__("Counted on {0}", [frappe.datetime.str_to_user(found.counted_on)])}</p>`);
}

function said_of_segment({ title, refreshed_on }) {
	if (!refreshed_on) return `<p class="text-warning">${__("The members of {0} have not been found yet; refresh the segment first.", [safe(title).bold()])}</p>`;
	return `<p class="text-muted">${__("Members of {0} as of {1}", [safe(title).bold(), frappe.datetime.str_to_user(refreshed_on)])}</p>`;
}

function show_results(frm, { results, whole }) {
	const wrapper = frm.get_field("results").$wrapper;
	if (!results) {
		wrapper.html(`<p class="text-muted">${__("Results are counted every night once the campaign is launched.")}</p>`);
		return;
	}
	const { with_money, costs } = results;
	const of = (group, rate) => [
		number(group.members), number(group.responders), percent(rate), number(group.leads), number(group.visits), number(group.deals),
		...(with_money ? [money(group.revenue), money(group.margin)] : []),
	];
	const headings = [__("Compared Group"), __("Customers"), __("Responders"), __("Response Rate"), __("Leads"), __("Visits"), __("Deals")];
	if (with_money) headings.push(__("Revenue"), __("Margin"));
	const rows = [
		[__("Contact"), ...of(results.contact, results.contact_rate)],
		[__("Hold-Out"), ...of(results.held_out, results.held_out_rate)],
	];
	const colour = { More: "green", Fewer: "red" }[results.verdict] || "gray";
	const comparison = [[__("Difference of the response rates"), percent(results.uplift), `${percent(results.low)} … ${percent(results.high)}`]];
	if (with_money) comparison.push([__("Extra margin"), money(results.extra_margin), `${money(results.margin_low)} … ${money(results.margin_high)}`]);
	wrapper.html(`<p><span class="indicator-pill ${colour}">${safe(results.verdict_in_words)}</span></p>
		${table(headings, rows)}
		${results.tells ? table([__("Contacted against Held Out"), __("Figure"), __("95 % Interval")], comparison) : ""}
		${with_money ? `<p>${__("Cost")}: <b>${money(costs.total)}</b> (${spent_on(costs)})</p>` : ""}
		${with_money && results.tells && whole ? `<p>${__("Return: extra margin less cost")}: <b>${money(results.returned)}</b></p>` : ""}
		${whole ? "" : `<p class="text-muted">${__("Customers of your stores only; the costs are those of the whole campaign.")}</p>`}`);
}

function spent_on(costs) {
	const kinds = [["messages", __("Messages")], ["gifts", __("Gifts")], ["coupons", __("Coupons")], ["invoices", __("Invoices")]];
	return kinds.map(([key, label]) => `${label} ${money(costs[key])}`).join(" · ");
}

function show_standing(frm, { waiting }) {
	const { doc } = frm;
	if (doc.stopped_because) frm.set_intro(`${__(doc.status)}: ${safe(doc.stopped_because)}`, "orange");
	else if (doc.status === "Running" && waiting) frm.set_intro(__("{0} customers are still to be contacted.", [number(waiting)]), "blue");
	else if (doc.budget && doc.planned_cost > doc.budget) {
		frm.set_intro(__("The planned cost of {0} is above the budget.", [money(doc.planned_cost)]), "orange");
	}
}

function hand_out(frm) {
	const left = frm.doc.gifts.filter((row) => row.handed_out < row.quantity);
	if (!left.length) {
		frappe.msgprint(__("No gift is left."));
		return;
	}
	const options = left.map((row) => ({ value: row.name, label: `${row.gift_name} (${row.quantity - row.handed_out})` }));
	crm4s.forms.ask(
		__("Hand Out Gift"),
		[
			{ fieldname: "gift", fieldtype: "Select", label: __("Gift"), options, default: options[0].value, reqd: 1 },
			{ fieldname: "customer", fieldtype: "Link", label: __("Customer"), options: "C4S Customer", reqd: 1 },
		],
		__("Hand Out"),
		(values) => crm4s.forms.act(frm, CAMPAIGNS + "hand_out_gift", { campaign: frm.doc.name, ...values })
	);
}
