frappe.ui.form.on("C4S Vehicle Option", {
	setup(frm) {
		frm.set_query("brand", () => ({ filters: { enabled: 1 } }));
		frm.set_query("model", "models", () => {
			const filters = { enabled: 1 };
			if (frm.doc.brand) filters.brand = frm.doc.brand;
			if (frm.doc.series) filters.series = frm.doc.series;
			return { filters };
		});
	},
});
