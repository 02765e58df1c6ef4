frappe.listview_settings["C4S Customer"] = {
	hide_name_column: true,
	add_fields: ["age_class", "disabled"],
	filters: [["disabled", "=", 0]],
	get_indicator(doc) {
		if (doc.disabled) return [__("Disabled"), "gray", "disabled,=,1"];
		const colours = { "Potential Customer": "orange", "New Customer": "green", "Old Customer": "blue" };
		if (doc.age_class) return [__(doc.age_class), colours[doc.age_class], `age_class,=,${doc.age_class}`];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		if (frappe.model.can_create("C4S Store Relationship")) {
			list.page.add_inner_button(__("Find in Group"), () => new GroupLookup(list));
		}
		if (frappe.model.can_write("C4S Segment")) list.page.add_actions_menu_item(__("Add to Segment"), () => add_to_segment(list));
		if (frappe.model.can_write("C4S Campaign")) {
			list.page.add_actions_menu_item(__("Invite to a Campaign"), () => crm4s.campaigns.invite(list.get_checked_items(true)));
		}
	},
};

// Find a customer of another store by exact phone, document number or VIN, and take up a relationship.
class GroupLookup {
	constructor(list) {
		this.list = list;
		this.dialog = new frappe.ui.Dialog({
			title: __("Find in Group"),
			fields: [
				{
					fieldname: "kind",
					fieldtype: "Select",
					label: __("Search By"),
					options: [
						{ value: "phone", label: __("Phone") },
						{ value: "identity_number", label: __("Document Number") },
						{ value: "vin", label: __("VIN") },
					],
					default: "phone",
					reqd: 1,
				},
				{
					fieldname: "text",
					fieldtype: "Data",
					label: __("Complete Number"),
					description: __("Only the complete number finds a customer. Each search is logged."),
					reqd: 1,
				},
				{ fieldname: "found", fieldtype: "HTML" },
			],
			primary_action_label: __("Search"),
			primary_action: (values) => this.search(values),
		});
		this.dialog.show();
	}

	async search({ kind, text }) {
		const found = await frappe.xcall("crm4s.access.lookup.find_in_group", { [kind]: text });
		const $found = this.dialog.fields_dict.found.$wrapper.empty();
		if (!found.length) {
			$found.append($("<p class='text-muted'>").text(__("No customer of the group has this number.")));
		}
		for (const customer of found) $found.append(this.row(customer));
	}

	row(customer) {
		const facts = [customer.phone, customer.identity_number, customer.city, __("{0} cars", [customer.cars]), ...customer.stores];
		const $row = $("<div class='d-flex justify-content-between align-items-center border-top py-2'>");
		$("<div>")
			.append($("<div class='bold'>").text(customer.name))
			.append($("<div class='text-muted small'>").text(facts.filter(Boolean).join(" · ")))
			.appendTo($row);
		$("<button class='btn btn-default btn-sm'>")
			.text(customer.is_own ? __("Open Customer") : __("Take Up"))
			.on("click", () => (customer.is_own ? this.open(customer) : this.ask_reason(customer)))
			.appendTo($row);
		return $row;
	}

	open(customer) {
		this.dialog.hide();
		frappe.set_route("Form", "C4S Customer", customer.customer);
	}

	ask_reason(customer) {
		const defaults = frappe.defaults.get_user_permissions()["C4S Dealership"] || [];
		const store = defaults.find((row) => row.is_default) || (defaults.length === 1 && defaults[0]);
		frappe.prompt(
			[
				{
					fieldname: "dealership",
					fieldtype: "Link",
					label: __("Store"),
					options: "C4S Dealership",
					get_query: () => ({ filters: { is_group: 0 } }),
					default: store && store.doc,
					reqd: 1,
				},
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			],
			async (values) => {
				await frappe.xcall("crm4s.access.lookup.take_up_relationship", { customer: customer.customer, ...values });
				this.list.refresh();
				this.open(customer);
			},
			__("Take Up Customer"),
			__("Take Up")
		);
	}
}

function add_to_segment(list) {
	const customers = list.get_checked_items(true);
	crm4s.forms.ask(
		__("Add to Segment"),
		[
			{
				fieldname: "segment",
				fieldtype: "Link",
				options: "C4S Segment",
				label: __("List"),
				reqd: 1,
				get_query: () => ({ filters: { kind: "List", enabled: 1 } }),
			},
		],
		__("Add"),
		async ({ segment }) => {
			crm4s.conditions.show_taken(await frappe.xcall("crm4s.segments.api.add_customers", { segment, customers }));
			list.clear_checked_items();
		}
	);
}
