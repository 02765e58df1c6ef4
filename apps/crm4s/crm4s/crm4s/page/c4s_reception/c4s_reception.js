frappe.pages["c4s-reception"].on_page_load = (wrapper) => {
	frappe.require("reception_page.bundle.js", () => {
		wrapper.reception = new crm4s.reception.Page(wrapper);
		wrapper.reception.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-reception"].on_page_show = (wrapper) => wrapper.reception?.show();
frappe.pages["c4s-reception"].on_page_hide = (wrapper) => wrapper.reception?.hide();
