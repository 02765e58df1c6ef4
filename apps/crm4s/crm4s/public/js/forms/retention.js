// How far the cars have drifted away from us, and the case that wins one back, on the forms of car and customer.
(() => {
	// The file comes along with each of the two forms.
	if (crm4s.retention_is_shown) return;
	crm4s.retention_is_shown = true;

	const CASE = "C4S Retention Case";
	const pill = (colour, text) => `<span class="indicator-pill ${frappe.utils.escape_html(colour)}">${frappe.utils.escape_html(text)}</span>`;

	function offer_case(frm, customer, vehicle, known) {
		if (known) frm.add_custom_button(__("Open Retention Case"), () => frappe.set_route("Form", CASE, known));
		else if (customer && frappe.model.can_create(CASE)) frm.add_custom_button(__("Win Back"), () => ask(customer, vehicle));
	}

	function ask(customer, vehicle) {
		const fields = [
			{ fieldname: "reason", fieldtype: "Link", label: __("Reason"), options: "C4S Retention Reason", reqd: 1, only_select: 1, get_query: () => ({ filters: { enabled: 1 } }) },
			{ fieldname: "why", fieldtype: "Small Text", label: __("Care Plan") },
		];
		crm4s.forms.ask(__("Win Back"), fields, __("Open Case"), async (values) => {
			frappe.set_route("Form", CASE, await frappe.xcall("crm4s.retention.api.open_case", { customer, vehicle, ...values }));
		});
	}

	frappe.ui.form.on("C4S Vehicle", {
		async refresh(frm) {
			if (frm.is_new() || !frm.doc.current_owner) return;
			const name = frm.doc.name;
			const { case: known, customer, colour } = await frappe.xcall("crm4s.retention.api.case_of_car", { vehicle: name });
			if (frm.doc.name !== name) return;
			offer_case(frm, customer, name, known);
			if (frm.doc.churn_stage)
				frm.dashboard.add_indicator(`${frappe.utils.escape_html(__(frm.doc.churn_stage))} · ${frappe.datetime.str_to_user(frm.doc.churn_stage_since)}`, colour);
		},
	});

	frappe.ui.form.on("C4S Customer", {
		async refresh(frm) {
			if (frm.is_new() || !frappe.model.can_read("C4S Vehicle")) return;
			const name = frm.doc.name;
			const cars = await frappe.xcall("crm4s.retention.api.cars_of_customer", { customer: name });
			if (frm.doc.name !== name || !cars.length) return;
			const rows = cars.map((car) => {
				const title = `<a href="${frappe.utils.get_form_link("C4S Vehicle", car.name)}">${frappe.utils.escape_html(car.vehicle_title)}</a>`;
				const stage = car.churn_stage ? pill(car.colour, __(car.churn_stage)) : "";
				const since = car.churn_stage_since ? `<span class="text-muted">${frappe.datetime.str_to_user(car.churn_stage_since)}</span>` : "";
				const known = car.case ? `<a href="${frappe.utils.get_form_link(CASE, car.case)}">${__("Retention Case")}</a>` : "";
				return `<div class="mb-1">${[title, stage, since, known].filter(Boolean).join(" · ")}</div>`;
			});
			frm.dashboard.add_section(rows.join(""), __("Cars"), "custom c4s-cars");
			frm.dashboard.show();
			if (!frm.doc.disabled) offer_case(frm, name, cars.length === 1 ? cars[0].name : null, cars.length === 1 ? cars[0].case : null);
		},
	});
})();
