import { money, safe } from "./text";

// What the car comes for: what is proposed for it, and what the caller says.
export class Work {
	constructor(desk, $parent) {
		this.desk = desk;
		this.$parent = $parent;
		$parent.html(`<h2>${__("What to Do")}</h2>
			<div class="c4s-ad-proposed"></div>
			<div class="c4s-ad-fields">
				<input class="form-control c4s-ad-more" maxlength="140" placeholder="${__("Other work")}" aria-label="${__("Other work")}">
				<label>${__("Minutes")} <input class="form-control c4s-ad-minutes" type="number" min="0" max="4320" step="15" value="60"></label>
				<button type="button" class="btn btn-default" data-add>${__("Add")}</button>
			</div>
			<textarea class="form-control c4s-ad-concern" rows="2" placeholder="${__("Customer's Concern")}" aria-label="${__("Customer's Concern")}"></textarea>
			<div class="c4s-ad-sum text-muted" aria-live="polite"></div>`);
		this.$proposed = $parent.find(".c4s-ad-proposed");
		this.$more = $parent.find(".c4s-ad-more");
		$parent.on("change", "[data-proposal]", () => this.changed());
		$parent.on("click", "[data-add]", () => this.add());
		this.clear();
	}

	clear() {
		this.proposals = [];
		this.asked = (this.asked || 0) + 1;
		this.$more.val("");
		this.$parent.find(".c4s-ad-concern").val("");
		this.draw();
		this.sum_up();
	}

	async propose(vehicle) {
		const question = ++this.asked;
		this.proposals = this.proposals.filter((row) => row.is_own);
		this.draw();
		this.sum_up();
		if (!vehicle) return;
		const found = await crm4s.appointments.call("propose", { vehicle });
		if (question !== this.asked) return;
		this.proposals = [...found, ...this.proposals];
		this.draw();
	}

	draw() {
		if (!this.proposals.length) {
			this.$proposed.html(`<p class="text-muted">${__("Nothing is proposed; enter what the caller wants.")}</p>`);
			return;
		}
		this.$proposed.html(this.proposals.map((row, index) => this.row(row, index)).join(""));
	}

	row(row, index) {
		const facts = [row.minutes && __("{0} min", [row.minutes]), row.price && money(row.price)].filter(Boolean).join(" · ");
		return `<label class="c4s-ad-item"><input type="checkbox" data-proposal="${index}" ${row.chosen ? "checked" : ""}>
			<div><b>${safe(row.title)}</b> <span class="text-muted">${facts}</span>
			${row.reason ? `<div class="text-muted">${safe(row.reason)}</div>` : ""}</div></label>`;
	}

	add() {
		const title = this.$more.val().trim();
		if (!title) return;
		const minutes = cint(this.$parent.find(".c4s-ad-minutes").val());
		const line = { item_kind: "Labour", item_name: title, quantity: 1, minutes, unit_price: 0 };
		this.proposals.push({ title, minutes, price: 0, lines: [line], chosen: true, is_own: true });
		this.$more.val("").trigger("focus");
		this.draw();
		this.sum_up();
		this.desk.minutes_changed();
	}

	changed() {
		this.$parent.find("[data-proposal]").each((_index, box) => {
			this.proposals[cint(box.dataset.proposal)].chosen = box.checked;
		});
		this.sum_up();
		this.desk.minutes_changed();
	}

	chosen() {
		return this.proposals.filter((row) => row.chosen);
	}

	items() {
		return this.chosen().flatMap((row) => row.lines);
	}

	concern() {
		return this.$parent.find(".c4s-ad-concern").val().trim() || null;
	}

	minutes() {
		return this.chosen().reduce((sum, row) => sum + cint(row.minutes), 0) || this.desk.choices.minutes;
	}

	sum_up() {
		const price = this.chosen().reduce((sum, row) => sum + flt(row.price), 0);
		this.$parent.find(".c4s-ad-sum").html([__("{0} min", [this.minutes()]), price && money(price)].filter(Boolean).join(" · "));
	}

	focus() {
		this.$parent.find("[data-proposal], .c4s-ad-more").first().trigger("focus");
	}
}
