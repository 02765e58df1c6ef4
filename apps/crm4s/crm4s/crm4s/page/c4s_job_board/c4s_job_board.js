frappe.pages["c4s-job-board"].on_page_load = (wrapper) => {
	frappe.require("workshop_page.bundle.js", () => {
		wrapper.workshop = new crm4s.workshop.Board(wrapper);
		wrapper.workshop.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-job-board"].on_page_show = (wrapper) => wrapper.workshop?.show();
frappe.pages["c4s-job-board"].on_page_hide = (wrapper) => wrapper.workshop?.hide();
