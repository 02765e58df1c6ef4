const MEMBERSHIP_ACTIONS = "crm4s.membership.actions.";

frappe.ui.form.on("C4S Membership", {
	refresh(frm) {
		if (frm.is_new()) return;
		const { doc } = frm;
		if (doc.status === "Active" && frm.perm[0]?.write) {
			const button = frm.add_custom_button(__("Redeem Reward"), () => redeem_reward(frm));
			if (doc.balance > 0) button.removeClass("btn-default").addClass("btn-primary-light");
		}
		if (frappe.boot.user.in_create.includes("C4S Points Entry")) frm.add_custom_button(__("Give Points"), () => give_points(frm));
		frm.add_custom_button(__("Points Statement"), () =>
			frappe.set_route("query-report", "C4S Points Statement", { membership: doc.name })
		);
		if (doc.debt) frm.set_intro(__("{0} points are owed; the next ones pay them.", [doc.debt]), "orange");
		else if (doc.next_expiry_on) {
			frm.set_intro(
				__("{0} points count until {1}.", [doc.next_expiry_points, frappe.datetime.str_to_user(doc.next_expiry_on)]),
				"blue"
			);
		}
	},
});

// The same press of a button is done once, however often it is sent.
const request_key = () => frappe.utils.get_random(16);

async function redeem_reward(frm) {
	const rewards = await frappe.xcall(MEMBERSHIP_ACTIONS + "rewards_for", { membership: frm.doc.name });
	if (!rewards.length) {
		frappe.msgprint(__("No reward is offered now."));
		return;
	}
	const request = request_key();
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const cards = rewards.map(
		(row, position) => `<label class="c4s-item d-block ${row.possible ? "" : "text-muted"}">
			<div class="c4s-line"><span><input type="radio" name="reward" data-reward="${position}" ${row.possible ? "" : "disabled"}>
				<b>${escaped(__(row.name))}</b></span><b>${__("{0} loyalty points", [row.points_price])}</b></div>
			<div class="small text-muted">${escaped(row.description)}${row.least_tier ? " · " + __("From Tier") + " " + escaped(__(row.least_tier)) : ""}
				${row.reward_kind === "Gift" ? " · " + __("{0} in stock", [row.stock]) : ""}</div></label>`
	);
	const dialog = crm4s.forms.ask(
		__("Redeem Reward"),
		[{ fieldname: "cards", fieldtype: "HTML", options: `<p>${__("{0} loyalty points", [frm.doc.balance])}</p>${cards.join("")}` }],
		__("Redeem"),
		async () => {
			const chosen = dialog.$wrapper.find("[data-reward]:checked").data("reward");
			if (chosen === undefined) {
				frappe.show_alert({ message: __("Choose a reward."), indicator: "orange" });
				return false;
			}
			const reward = rewards[chosen].name;
			const { coupon } = await crm4s.forms.act(frm, MEMBERSHIP_ACTIONS + "redeem_reward", { membership: frm.doc.name, reward, request });
			if (coupon) frappe.set_route("Form", "C4S Coupon", coupon);
			else frappe.show_alert({ message: __("Hand over: {0}", [escaped(__(reward))]), indicator: "green" });
		}
	);
}

function give_points(frm) {
	const request = request_key();
	crm4s.forms.ask(
		__("Give Points"),
		[
			{ fieldname: "points", fieldtype: "Int", label: __("Loyalty Points"), reqd: 1, description: __("A negative number takes points away.") },
			{ fieldname: "valid_months", fieldtype: "Int", label: __("Points Last (Months)"), default: 12, description: __("0: they do not expire.") },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		__("Give Points"),
		(values) => crm4s.forms.act(frm, MEMBERSHIP_ACTIONS + "give_points", { membership: frm.doc.name, request, ...values })
	);
}
