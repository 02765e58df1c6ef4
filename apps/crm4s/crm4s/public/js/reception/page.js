import { ConsultantLine } from "./line";
import { ReceptionBoard } from "./board";
import { ReceptionDesk } from "./desk";
import { minutes_since } from "../text";

const MINUTES_RENEWED_EVERY = 10_000;

// One screen for the reception of the showroom: who comes, who waits, who is with whom, and who is next to serve.
export class ShowroomReception {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Showroom Reception"), single_column: true });
		this.$main = $("<div class='c4s-reception'>").appendTo(this.page.main);
		this.live = crm4s.pages.live({
			doctype: "C4S Showroom Visit",
			event: "c4s_reception_changed",
			concerns: (dealership) => dealership === this.dealership,
			renew: () => this.renew(),
		});
		this.page.add_menu_item(__("All Visits"), () => frappe.set_route("List", "C4S Showroom Visit"));
		this.page.set_secondary_action(__("Refresh"), () => this.renew(), { icon: "refresh" });
		this.ready = this.start();
	}

	async start() {
		this.choices = await crm4s.reception.call("get_choices");
		if (!this.choices.stores.length) {
			this.$main.html(crm4s.pages.no_store());
			return;
		}
		this.dealership = this.choices.stores[0].name;
		crm4s.pages.add_store_field(this.page, this.choices.stores, this.dealership, (name) => this.change_store(name));
		this.$main.html(`
			<div class="c4s-desk">
				<section class="c4s-receive"></section>
				<section class="c4s-board" aria-live="polite"></section>
			</div>
			<aside class="c4s-line"></aside>`);
		this.desk = new ReceptionDesk(this, this.$main.find(".c4s-receive"));
		this.board = new ReceptionBoard(this, this.$main.find(".c4s-board"));
		this.line = new ConsultantLine(this, this.$main.find(".c4s-line"));
	}

	change_store(name) {
		this.dealership = name;
		this.desk.clear();
		this.renew();
	}

	async show() {
		await this.ready;
		if (!this.board) return;
		this.hide();
		this.live.start();
		this.timer = setInterval(() => this.board.renew_minutes(), MINUTES_RENEWED_EVERY);
		await this.renew();
		this.desk.focus();
	}

	hide() {
		clearInterval(this.timer);
		this.live.stop();
	}

	async renew() {
		if (!this.board) return;
		const asked_for = this.dealership;
		const state = await crm4s.reception.call("get_board", { dealership: asked_for });
		// A slow answer about the store of before must not overwrite the new one.
		if (asked_for !== this.dealership) return;
		this.state = { ...state, read_at: performance.now() };
		this.desk.draw();
		this.board.draw(this.state);
		this.line.draw(this.state);
	}

	step(run) {
		return crm4s.pages.step(run, () => this.renew());
	}

	minutes_since(moment) {
		return minutes_since(this.state, moment);
	}
}
