frappe.pages["c4s-care-queue"].on_page_load = (wrapper) => {
	frappe.require("care_page.bundle.js", () => {
		wrapper.care = new crm4s.care.Queue(wrapper);
		wrapper.care.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-care-queue"].on_page_show = (wrapper) => wrapper.care?.show();
