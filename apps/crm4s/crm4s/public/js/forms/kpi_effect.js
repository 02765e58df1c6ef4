// An improvement that a figure of the scorecard began shows that figure then and now.
frappe.ui.form.on("C4S Improvement Action", {
	async refresh(frm) {
		if (frm.is_new() || frm.doc.document_type !== "C4S KPI Result") return;
		const effect = await frappe.xcall("crm4s.scorecard.api.get_effect", { action: frm.doc.name });
		if (!effect.now || effect.now.month === undefined) return;
		const unit = { Percent: " %", Ratio: " ×" }[effect.unit] || "";
		const shown = ({ month, value }) => `${format_number(value, null, effect.decimals)}${unit} (${month.slice(0, 7)})`;
		const by = effect.now.value - effect.then.value;
		const colour = !by ? "blue" : by > 0 === (effect.direction !== "Lower") ? "green" : "orange";
		frm.set_intro("");
		frm.set_intro(`${frappe.utils.escape_html(effect.title)}: ${__("then {0}, now {1}", [shown(effect.then), shown(effect.now)])}`, colour);
		frm.add_custom_button(__("Scorecard"), () => {
			frappe.route_options = { dealership: frm.doc.dealership };
			frappe.set_route("c4s-scorecard");
		});
	},
});
