frappe.listview_settings["C4S Vehicle"] = {
	hide_name_column: true,
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Ordered: "gray",
			"In Transit": "light-blue",
			"In Stock": "blue",
			Allocated: "orange",
			Delivered: "green",
			"In Use": "green",
			"Traded In": "purple",
			"In Reconditioning": "yellow",
			"Used Stock": "blue",
			Resold: "green",
			Scrapped: "red",
		};
		if (doc.status) return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		crm4s.lists.hide_closed_filters(list);
		list.page.add_inner_button(__("Stock"), () => new VehicleQuery("stock"), __("Query"));
		list.page.add_inner_button(__("Purchase Orders"), () => new VehicleQuery("purchase_orders"), __("Query"));
	},
};

// Ask what the own stores have or have ordered; the server notes each question.
class VehicleQuery {
	constructor(kind) {
		this.kind = kind;
		this.dialog = new frappe.ui.Dialog({
			title: kind === "stock" ? __("Stock Query") : __("Purchase Order Query"),
			size: "extra-large",
			fields: [...this.common_fields(), ...(kind === "stock" ? this.stock_fields() : this.order_fields())].concat([
				{ fieldtype: "Section Break" },
				{ fieldname: "found", fieldtype: "HTML" },
			]),
			primary_action_label: __("Search"),
			primary_action: (values) => this.search(values),
		});
		this.dialog.show();
	}

	common_fields() {
		return [
			{ fieldname: "brand", fieldtype: "Link", label: __("Brand"), options: "C4S Brand" },
			{ fieldname: "series", fieldtype: "Data", label: __("Series") },
			{ fieldname: "model", fieldtype: "Link", label: __("Model"), options: "C4S Vehicle Model" },
			{ fieldtype: "Column Break" },
			{
				fieldname: "dealership",
				fieldtype: "Link",
				label: __("Dealership"),
				options: "C4S Dealership",
				get_query: () => ({ filters: { is_group: 0 } }),
			},
		];
	}

	stock_fields() {
		return [
			{ fieldname: "exterior_colour", fieldtype: "Data", label: __("Exterior Colour") },
			{ fieldname: "price_to", fieldtype: "Currency", label: __("Price up To") },
		];
	}

	order_fields() {
		return [
			{ fieldname: "supplier", fieldtype: "Data", label: __("Supplier") },
			{ fieldname: "purchase_order_number", fieldtype: "Data", label: __("Purchase Order Number") },
			{ fieldtype: "Column Break" },
			{ fieldname: "ordered_from", fieldtype: "Date", label: __("Ordered From") },
			{ fieldname: "ordered_to", fieldtype: "Date", label: __("Ordered To") },
		];
	}

	async search(values) {
		delete values.found;
		const { rows } = await frappe.xcall(`crm4s.crm4s.doctype.c4s_vehicle.stock_query.query_${this.kind}`, {
			filters: values,
		});
		const $found = this.dialog.fields_dict.found.$wrapper.empty();
		if (!rows.length) {
			$found.append($("<p class='text-muted'>").text(__("No car of your stores is like that.")));
			return;
		}
		$found.append(this.table(rows));
	}

	table(rows) {
		const columns = this.columns();
		const $head = $("<tr>").append(columns.map(([, label]) => $("<th>").text(label)));
		const $rows = rows.map((row) =>
			$("<tr role='button'>")
				.append(columns.map(([field, , format]) => $("<td>").text(format ? format(row[field]) : row[field] || "")))
				.on("click", () => {
					this.dialog.hide();
					frappe.set_route("Form", "C4S Vehicle", row.name);
				})
		);
		return $("<div class='table-responsive'>").append($("<table class='table table-hover'>").append($head, $rows));
	}

	columns() {
		const day = (value) => (value ? frappe.datetime.str_to_user(value) : "");
		const common = [
			["vehicle_title", __("Vehicle")],
			["status", __("Status"), (value) => __(value)],
			["dealership", __("Dealership")],
			["exterior_colour", __("Exterior Colour")],
		];
		const own =
			this.kind === "stock"
				? [
						["stock_location", __("Place in the Store")],
						["in_stock_since", __("In Stock Since"), day],
						["asking_price", __("Asking Price"), (value) => (value ? format_currency(value) : "")],
				  ]
				: [
						["supplier", __("Supplier")],
						["purchase_order_number", __("Purchase Order Number")],
						["ordered_on", __("Ordered On"), day],
						["expected_arrival_on", __("Expected Arrival"), day],
				  ];
		return common.concat(own);
	}
}
