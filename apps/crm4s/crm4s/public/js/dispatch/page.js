import { Call } from "./call";
import { Columns } from "./columns";
import { sketch } from "./sketch";
import { safe } from "../text";

const MINUTES_RENEWED_EVERY = 15_000;

// Rescue and home service of a store on one screen: who waits, which team is where, and what comes next.
export class DispatchBoard {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Dispatch Board"), single_column: true });
		this.$main = $("<div class='c4s-dispatch'>").appendTo(this.page.main);
		this.live = crm4s.pages.live({
			doctype: "C4S Dispatch Order",
			event: "c4s_dispatch_changed",
			concerns: (dealership) => dealership === this.dealership,
			renew: () => this.renew(),
		});
		this.page.add_menu_item(__("All Orders"), () => frappe.set_route("List", "C4S Dispatch Order", "List"));
		this.page.add_menu_item(__("Response Times"), () => frappe.set_route("query-report", "C4S Response Times"));
		this.ready = this.start();
	}

	async start() {
		this.choices = await crm4s.dispatch.choices();
		if (!this.choices.stores.length) {
			this.$main.html(crm4s.pages.no_store());
			return;
		}
		this.dealership = this.choices.stores[0].name;
		crm4s.pages.add_store_field(this.page, this.choices.stores, this.dealership, (name) => {
			this.dealership = name;
			this.call?.close();
			this.renew();
		});
		this.$main.html(`
			<section class="c4s-call c4s-ad" hidden></section>
			<section class="c4s-dispatch-columns" aria-live="polite"></section>
			<aside class="c4s-dispatch-side"></aside>`);
		this.columns = new Columns(this, this.$main.find(".c4s-dispatch-columns"));
		this.$side = this.$main.find(".c4s-dispatch-side");
		if (this.choices.may_take_calls) {
			this.call = new Call(this, this.$main.find(".c4s-call"));
			this.page.set_primary_action(__("New Call"), () => this.call.open(), "add");
		}
	}

	async show() {
		await this.ready;
		if (!this.columns) return;
		this.hide();
		this.live.start();
		this.timer = setInterval(() => this.columns.renew_minutes(), MINUTES_RENEWED_EVERY);
		await this.renew();
	}

	hide() {
		this.live.stop();
		clearInterval(this.timer);
	}

	async renew() {
		if (!this.columns) return;
		const asked_for = this.dealership;
		const state = await crm4s.dispatch.read("get_board", { dealership: asked_for });
		// A slow answer about the store of before must not overwrite the new one.
		if (asked_for !== this.dealership) return;
		this.state = { ...state, read_at: performance.now() };
		this.names = Object.fromEntries(state.teams.map(({ name, resource_name }) => [name, resource_name]));
		this.columns.draw();
		this.draw_side();
	}

	draw_side() {
		// Whoever is on the road looks at the own orders only.
		this.$side.toggle(this.choices.may_send);
		const { teams } = this.state;
		const rows = teams.map(
			(team) => `<li><b>${safe(team.resource_name)}</b> ${crm4s.dispatch.team_facts(team)}
				${team.phone ? `<a href="tel:${safe(team.phone)}">${safe(crm4s.dispatch.dialled(team.phone))}</a>` : ""}</li>`
		);
		this.$side.html(`<h2>${__("Positions")}</h2>${sketch(this.state)}
			<h2>${__("Teams")} <span class="c4s-count">${teams.length}</span></h2>
			<ul class="c4s-teams">${rows.join("") || `<li class="c4s-empty">${__("No team is entered; a resource of the kind {0} is one.", [__("Rescue Team")])}</li>`}</ul>`);
	}

	step(run) {
		return crm4s.pages.step(run, () => this.renew());
	}
}
