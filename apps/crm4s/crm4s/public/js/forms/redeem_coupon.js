// Coupons on a visit or a deal: what the customer has, what was redeemed, and the buttons for both.
(() => {
	// The file comes along with each of the two forms.
	if (crm4s.coupons_are_offered) return;
	crm4s.coupons_are_offered = true;

	const ACTIONS = "crm4s.membership.actions.";
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const money = (value) => format_currency(value, frappe.boot.sysdefaults.currency);
	const is_open = ({ doc }) => ["Open", "Quoted", "Ordered"].includes(doc.status);
	const bill = ({ doc }) => ({ doctype: doc.doctype, name: doc.name });

	const handlers = {
		async refresh(frm) {
			if (frm.is_new() || !frappe.model.can_read("C4S Coupon") || crm4s.own_store.is_shared(frm)) return;
			const { name } = frm.doc;
			const { redeemed, has } = await frappe.xcall(ACTIONS + "coupons_of_bill", bill(frm));
			if (frm.doc.name !== name) return;
			if (redeemed.length) {
				const texts = redeemed.map((row) => `${escaped(__(row.offer))} −${money(row.amount)}`);
				frm.dashboard.add_comment(__("Coupons: {0}", [texts.join(" · ")]), "green", true);
			}
			if (!is_open(frm) || !frm.perm[0]?.write) return;
			const group = frm.doctype === "C4S Deal" ? __("Coupons") : __("Items");
			frm.add_custom_button(__("Redeem Coupon"), () => redeem(frm, has), group);
			if (redeemed.length) frm.add_custom_button(__("Give Coupon Back"), () => give_back(frm, redeemed), group);
		},
	};

	function redeem(frm, has) {
		const own = has.map((row) => ({ value: row.code, label: `${__(row.offer)} · ${row.code}` }));
		const fields = [{ fieldname: "code", fieldtype: "Data", label: __("Code"), description: __("As it stands on the coupon.") }];
		if (own.length) fields.unshift({ fieldname: "own", fieldtype: "Select", label: __("The Customer Has"), options: ["", ...own] });
		crm4s.forms.ask(__("Redeem Coupon"), fields, __("Redeem Coupon"), async ({ own: chosen, code }) => {
			const { amount } = await crm4s.forms.act(frm, ACTIONS + "redeem_coupon", { ...bill(frm), code: code || chosen || "" });
			frappe.show_alert({ message: __("{0} taken off.", [money(amount)]), indicator: "green" });
		});
	}

	function give_back(frm, redeemed) {
		const options = redeemed.map((row) => ({ value: row.code, label: `${__(row.offer)} · −${money(row.amount)}` }));
		const field = { fieldname: "code", fieldtype: "Select", label: __("Coupon"), options, default: options[0].value, reqd: 1 };
		crm4s.forms.ask(__("Give Coupon Back"), [field], __("Give Back"), (values) =>
			crm4s.forms.act(frm, ACTIONS + "give_coupon_back", { ...bill(frm), ...values })
		);
	}

	for (const doctype of ["C4S Service Visit", "C4S Deal"]) frappe.ui.form.on(doctype, handlers);
})();
