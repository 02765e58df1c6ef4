frappe.pages["c4s-interaction-centre"].on_page_load = (wrapper) => {
	frappe.require("interaction_page.bundle.js", () => {
		wrapper.centre = new crm4s.interactions.Centre(wrapper);
		wrapper.centre.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-interaction-centre"].on_page_show = (wrapper) => wrapper.centre?.show();
