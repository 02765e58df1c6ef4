// The scorecard of a store, a region or the group in a month, to be read in a minute.
import { actions_card, movers_card, notes_card, rivals_card, score_card, table, tiles } from "./cards";
import { show_details } from "./details";
import { month_name } from "./figures";
import { safe } from "../text";

const call = (method, values) => frappe.xcall(`crm4s.scorecard.api.${method}`, values);

export class Scorecard {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Scorecard"), single_column: true });
		this.$main = $("<div class='c4s-sc'>").appendTo(this.page.main);
		this.turn = 0;
		this.listen();
		this.ready = this.start();
	}

	async start() {
		this.choices = await call("get_choices");
		const { nodes, months } = this.choices;
		if (!nodes.length) return this.$main.html(crm4s.pages.no_store());
		this.dealership = nodes[0].name;
		this.month = months[0];
		this.add_fields();
		this.add_menu();
	}

	add_fields() {
		const { nodes, months } = this.choices;
		if (nodes.length > 1) {
			const indented = ({ title, depth }) => `${"\u2003".repeat(depth)}${title}`;
			this.store_field = this.page.add_field({
				fieldname: "dealership",
				fieldtype: "Select",
				label: __("Store"),
				options: nodes.map((node) => ({ value: node.name, label: indented(node) })),
				default: this.dealership,
				change: () => this.choose({ dealership: this.store_field.get_value() }),
			});
		}
		this.month_field = this.page.add_field({
			fieldname: "month",
			fieldtype: "Select",
			label: __("Month"),
			options: months.map((month) => ({ value: month, label: month_name(month) })),
			default: this.month,
			change: () => this.choose({ month: this.month_field.get_value() }),
		});
	}

	add_menu() {
		this.page.set_secondary_action(__("Excel"), () => this.open_report());
		if (this.choices.may_count) this.page.add_menu_item(__("Count This Month Anew"), () => this.count_again());
		const lists = { "C4S KPI": __("KPIs"), "C4S KPI Target": __("Targets"), "C4S KPI Result": __("Results"), "C4S Training Record": __("Training Records"), "C4S Work Plan": __("Work Plans") };
		for (const [doctype, label] of Object.entries(lists)) {
			if (frappe.model.can_read(doctype)) this.page.add_menu_item(label, () => frappe.set_route("List", doctype, "List"));
		}
	}

	listen() {
		this.$main.on("click", "[data-kpi]", (event) => this.open_kpi(event.currentTarget.dataset.kpi));
		this.$main.on("click", "[data-store]", (event) => this.store_field.set_value(event.currentTarget.dataset.store));
	}

	async show() {
		await this.ready;
		const { dealership, month } = frappe.route_options || {};
		if (dealership || month) {
			frappe.route_options = null;
			await this.store_field?.set_value(dealership || this.dealership);
			await this.month_field?.set_value(month || this.month);
		}
		await this.renew();
	}

	choose(chosen) {
		const changed = Object.entries(chosen).some(([name, value]) => value && this[name] !== value);
		if (!changed) return;
		Object.assign(this, chosen);
		return this.renew();
	}

	async renew() {
		if (!this.dealership) return;
		const turn = ++this.turn;
		const card = await call("get_scorecard", { dealership: this.dealership, month: this.month });
		// Somebody chose another store meanwhile.
		if (turn !== this.turn) return;
		this.draw(card);
		const rivals = await call("get_rivals", { dealership: this.dealership, month: this.month });
		if (turn === this.turn) this.$main.find(".c4s-sc-rivals").html(rivals_card({ rivals }));
	}

	draw(card) {
		if (!card.kpis.some(({ value }) => typeof value === "number")) return this.$main.html(this.empty(card));
		const lower = `${actions_card(card)}<div class="c4s-sc-side">${notes_card(card)}<div class="c4s-sc-rivals"></div></div>`;
		this.$main.html(`<p class="c4s-sc-when">${this.when(card)}</p>
			<div class="c4s-sc-head">${score_card(card)}${movers_card(card)}</div>
			<div class="c4s-sc-tiles">${tiles(card)}</div>
			${table(card)}
			<div class="c4s-sc-below">${lower}</div>`);
	}

	when({ node, month, is_running, counted_on }) {
		const counted = counted_on ? __("counted {0}", [frappe.datetime.str_to_user(counted_on.slice(0, 16))]) : "";
		return `<b>${safe(node.title)}</b> · ${month_name(month)}${is_running ? ` · ${__("the month is not over yet")}` : ""} · <span class="text-muted">${counted}</span>`;
	}

	empty({ node, month }) {
		return `<div class="c4s-empty"><p><b>${safe(node.title)} · ${month_name(month)}</b></p><p>${__("Nothing has been counted for this month. Figures are counted every night.")}</p></div>`;
	}

	open_kpi(kpi) {
		const { may_note, may_act } = this.choices;
		return show_details({ kpi, dealership: this.dealership, month: this.month, may_note, may_act, changed: () => this.renew() });
	}

	open_report() {
		frappe.route_options = { dealership: this.dealership, from_month: this.choices.months.at(-1), to_month: this.month };
		frappe.set_route("query-report", "C4S Scorecard");
	}

	async count_again() {
		const changed = await crm4s.pages.step(() => call("count_again", { month: this.month }), () => this.renew());
		if (changed !== null) frappe.show_alert({ message: __("{0} figures have changed.", [changed]), indicator: "green" });
	}
}
