import { ConsultantLine } from "./line";
import { ReceptionBoard } from "./board";
import { ReceptionDesk } from "./desk";
import { moment_of } from "./text";

const MINUTES_RENEWED_EVERY = 10_000;
// Live updates come over the socket; this is for when it is down.
const BOARD_RENEWED_EVERY = 60_000;

// One screen for the reception of the showroom: who comes, who waits, who is with whom, and who is next to serve.
export class ShowroomReception {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Showroom Reception"), single_column: true });
		this.$main = $("<div class='c4s-reception'>").appendTo(this.page.main);
		this.renew_soon = frappe.utils.debounce(() => this.renew(), 200);
		this.page.add_menu_item(__("All Visits"), () => frappe.set_route("List", "C4S Showroom Visit"));
		this.page.set_secondary_action(__("Refresh"), () => this.renew(), { icon: "refresh" });
		this.ready = this.start();
	}

	async start() {
		this.choices = await crm4s.reception.call("get_choices");
		if (!this.choices.stores.length) {
			this.$main.html(`<div class="c4s-empty">${__("You are assigned to no store; ask an administrator to assign you to one.")}</div>`);
			return;
		}
		this.dealership = this.choices.stores[0].name;
		if (this.choices.stores.length > 1) this.add_store_field();
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

	add_store_field() {
		const field = this.page.add_field({
			fieldname: "dealership",
			fieldtype: "Select",
			label: __("Store"),
			options: this.choices.stores.map(({ name, dealership_name }) => ({ value: name, label: dealership_name })),
			default: this.dealership,
			change: () => {
				if (!field.get_value() || field.get_value() === this.dealership) return;
				this.dealership = field.get_value();
				this.desk.clear();
				this.renew();
			},
		});
	}

	async show() {
		await this.ready;
		if (!this.board) return;
		this.hide();
		frappe.realtime.doctype_subscribe("C4S Showroom Visit");
		this.on_change = ({ dealership }) => dealership === this.dealership && this.renew_soon();
		frappe.realtime.on("c4s_reception_changed", this.on_change);
		this.timers = [
			setInterval(() => this.board.renew_minutes(), MINUTES_RENEWED_EVERY),
			setInterval(() => this.renew(), BOARD_RENEWED_EVERY),
		];
		await this.renew();
		this.desk.focus();
	}

	hide() {
		if (!this.timers) return;
		this.timers.forEach(clearInterval);
		frappe.realtime.off("c4s_reception_changed", this.on_change);
		frappe.realtime.doctype_unsubscribe("C4S Showroom Visit");
		this.timers = null;
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

	// Run one step of a visit and read the board anew, also after a refusal: a colleague may have been faster.
	// The refusal has been shown by the framework; the answer is null then.
	async step(run) {
		try {
			return await run();
		} catch (refusal) {
			if (refusal instanceof Error) throw refusal;
			return null;
		} finally {
			await this.renew();
		}
	}

	// Minutes from a moment of the server until now, by the server's clock.
	minutes_since(moment) {
		const passed = moment_of(this.state.now).diff(moment_of(moment)) + performance.now() - this.state.read_at;
		return Math.max(0, Math.floor(passed / 60_000));
	}
}
