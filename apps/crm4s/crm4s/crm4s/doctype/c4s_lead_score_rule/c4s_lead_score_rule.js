frappe.ui.form.on("C4S Lead Score Rule", {
	refresh(frm) {
		frappe.model.with_doctype("C4S Lead", () => {
			const counted = ["Int", "Currency", "Float", "Check", "Date", "Datetime", "Data", "Select", "Link", "Small Text"];
			const fields = frappe.meta.get_docfields("C4S Lead").filter((field) => counted.includes(field.fieldtype) && !field.hidden);
			frm.fields_dict.field_name.set_data(fields.map((field) => ({ value: field.fieldname, label: __(field.label) })));
		});
	},
});
