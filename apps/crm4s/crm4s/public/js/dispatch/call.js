import { Caller } from "../appointments/caller";
import { safe } from "../text";

// A call in under a minute: who it is, what the trouble is, where the car stands. Enter goes on, Ctrl+Enter takes the call.
export class Call {
	constructor(board, $parent) {
		this.board = board;
		this.$parent = $parent;
		const { troubles } = board.choices;
		const input = (name, label, more = "") => `<input class="form-control" data-field="${name}" maxlength="140" placeholder="${label}" aria-label="${label}" ${more}>`;
		const kinds = ["Rescue", "Home Service"].map((kind) => this.choice("kind", kind, __(kind), kind === "Rescue"));
		const chips = troubles.map(({ name }) => this.choice("trouble", name, __(name)));
		const payers = ["Customer", "Warranty", "Insurance", "Internal"].map((payer) => `<option value="${payer}">${__(payer)}</option>`);
		$parent.html(`<section class="c4s-ad-caller"></section>
			<section class="c4s-call-what">
				<div class="c4s-chips" role="radiogroup" aria-label="${__("Kind")}">${kinds.join("")}</div>
				<div class="c4s-chips" role="radiogroup" aria-label="${__("Trouble")}">${chips.join("")}</div>
				<div class="c4s-ad-fields">
					<textarea class="form-control" data-field="address" rows="2" maxlength="280" placeholder="${__("Where the Car Is")}" aria-label="${__("Where the Car Is")}"></textarea>
					${input("position", __("Latitude and Longitude"), 'inputmode="text"')}
					<textarea class="form-control" data-field="concern" rows="2" maxlength="280" placeholder="${__("Customer's Concern")}" aria-label="${__("Customer's Concern")}"></textarea>
					<label class="c4s-call-planned" hidden>${__("Planned From")} <input type="datetime-local" class="form-control" data-field="planned_from"></label>
					<select class="form-control" data-field="payer" aria-label="${__("Payer")}">${payers.join("")}</select>
					${input("insurance_note", __("Insurer and Case Number"))}
				</div>
				<div class="c4s-ad-line">
					<button class="btn btn-default" data-do="close">${__("Close")}</button>
					<button class="btn btn-primary" data-do="take">${__("Take the Call")}</button>
				</div>
			</section>`);
		this.caller = new Caller(this, $parent.find(".c4s-ad-caller"));
		$parent.on("click", "[data-do]", ({ currentTarget }) => this[currentTarget.dataset.do]());
		$parent.on("change", "[name=c4s-call-kind]", () => this.draw_kind());
		$parent.on("keydown", (event) => this.on_key(event));
	}

	choice(name, value, label, checked = false) {
		return `<label class="c4s-chip"><input type="radio" name="c4s-call-${name}" value="${safe(value)}" ${checked ? "checked" : ""}>${label}</label>`;
	}

	// What the caller's part asks of the page that it stands on.
	get dealership() {
		return this.board.dealership;
	}

	get choices() {
		return this.board.choices;
	}

	run(call) {
		return crm4s.pages.step(call, () => {});
	}

	car_chosen() {}

	open() {
		this.$parent.prop("hidden", false);
		this.$parent[0].scrollIntoView({ block: "start" });
		this.caller.focus();
	}

	close() {
		this.caller.clear();
		this.$parent.find("[data-field]").not("select").val("");
		this.$parent.find("[data-field=payer]").val("Customer");
		this.$parent.find("[name=c4s-call-trouble]").prop("checked", false);
		this.$parent.find("[name=c4s-call-kind][value=Rescue]").prop("checked", true);
		this.draw_kind();
		this.$parent.prop("hidden", true);
	}

	draw_kind() {
		this.$parent.find(".c4s-call-planned").prop("hidden", this.picked("kind") !== "Home Service");
	}

	on_key(event) {
		if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.take();
		} else if (event.key === "Enter" && event.target.matches("input:not([data-field])")) {
			event.preventDefault();
			const $from = $(event.target);
			if ($from.is(".c4s-ad-who")) this.caller.enter();
			else if ($from.closest(".c4s-ad-new").length) this.caller.enter_caller();
			else if ($from.closest(".c4s-ad-caller").length) this.$parent.find("[name=c4s-call-trouble]").first().trigger("focus");
			else this.$parent.find("[data-field=address]").trigger("focus");
		}
	}

	picked(name) {
		return this.$parent.find(`[name=c4s-call-${name}]:checked`).val() || null;
	}

	// Whoever is not in the books is helped as well: the number and the name are enough.
	who() {
		const known = this.caller.values();
		if (known) return known;
		const typed = (name) => this.$parent.find(`.c4s-ad-new-${name}`).val()?.trim() || null;
		const { found } = this.caller;
		return {
			contact_name: typed("name"),
			contact_phone: (found?.kind === "phone" && found.phone) || typed("phone"),
			plate_number: typed("plate") || (found?.kind === "plate" ? this.caller.text() : null),
		};
	}

	async take() {
		if (this.busy) return;
		if (!this.caller.found && this.caller.text()) await this.caller.look_up();
		const field = (name) => this.$parent.find(`[data-field=${name}]`).val()?.trim() || null;
		const planned = field("planned_from");
		const values = {
			...this.who(),
			dealership: this.dealership,
			kind: this.picked("kind"),
			trouble: this.picked("trouble"),
			...Object.fromEntries(["address", "concern", "payer", "insurance_note"].map((name) => [name, field(name)])),
			planned_from: planned && this.picked("kind") === "Home Service" ? `${planned.replace("T", " ")}:00` : null,
		};
		this.busy = true;
		let order;
		try {
			order = await this.board.step(() => crm4s.dispatch.act("take_call", { values, position: field("position") }));
		} finally {
			this.busy = false;
		}
		if (!order) return;
		this.close();
		if (values.kind === "Rescue") await this.board.step(() => crm4s.dispatch.choose_team({ order }));
	}
}
