frappe.listview_settings["C4S DMS Request"] = {
	hide_name_column: true,
	add_fields: ["http_status", "problem"],
	get_indicator({ http_status, problem }) {
		const colour = http_status < 300 ? "green" : http_status < 500 ? "orange" : "red";
		return [[http_status, problem].filter(Boolean).join(" "), colour, `http_status,=,${http_status}`];
	},
};
