import { safe, state_pill } from "./text";

// Who of the consultants is here, in the order in which they are next.
export class ConsultantLine {
	constructor(reception, $parent) {
		this.reception = reception;
		this.$parent = $parent;
		$parent.on("click", "[data-presence]", (event) => this.set_presence(event.currentTarget));
	}

	draw({ line, absent, may_manage_line }) {
		const me = frappe.session.user;
		const available = line.filter((entry) => entry.state === "In Line");
		const rows = [...available, ...line.filter((entry) => entry.state === "Serving")].map((entry) => {
			const place = entry.state === "In Line" ? available.indexOf(entry) + 1 : "";
			const leaving = may_manage_line || entry.user === me ? presence_button(entry.user, "Away", __("Away")) : "";
			return `<li class="${entry.user === me ? "me" : ""}"><span class="c4s-place">${place}</span>
				<span class="c4s-person">${safe(entry.full_name)}</span> ${state_pill(entry)} ${leaving}</li>`;
		});
		const may_join = absent.filter((person) => may_manage_line || person.user === me);
		const joining = may_join.map(({ user, full_name }) => presence_button(user, "In Line", `+ ${safe(full_name)}`));
		this.$parent.html(`
			<h2>${__("Line of Consultants")} <span class="c4s-count">${available.length}</span></h2>
			<ol>${rows.join("") || `<div class="c4s-empty">${__("No consultant has joined the line yet.")}</div>`}</ol>
			${joining.length ? `<h3>${__("Not Here")}</h3><div class="c4s-absent">${joining.join("")}</div>` : ""}`);
	}

	set_presence(button) {
		button.disabled = true;
		const { user, presence: state } = button.dataset;
		const dealership = this.reception.dealership;
		return this.reception.step(() => crm4s.reception.call("set_presence", { dealership, state, user }));
	}
}

function presence_button(user, state, label) {
	return `<button class="btn btn-xs btn-default" data-user="${safe(user)}" data-presence="${state}">${label}</button>`;
}
