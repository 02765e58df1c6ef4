frappe.ui.form.on("C4S Suppressed Address", {
	refresh(frm) {
		for (const field of ["address", "channel_kind"]) frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1);
		frm.toggle_display("address", frm.is_new());
	},
});
