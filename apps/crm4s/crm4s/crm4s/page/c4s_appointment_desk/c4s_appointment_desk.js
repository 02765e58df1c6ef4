frappe.pages["c4s-appointment-desk"].on_page_load = (wrapper) => {
	frappe.require("appointment_page.bundle.js", () => {
		wrapper.desk = new crm4s.appointments.Desk(wrapper);
		wrapper.desk.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-appointment-desk"].on_page_show = (wrapper) => wrapper.desk?.show();
