frappe.listview_settings["C4S Spreadsheet Import"] = {
	add_fields: ["rejected_count"],
	get_indicator(doc) {
		const colour = {
			New: "gray",
			Checking: "blue",
			Checked: doc.rejected_count ? "orange" : "green",
			Importing: "blue",
			Finished: doc.rejected_count ? "orange" : "green",
			Failed: "red",
		}[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
