frappe.pages["c4s-scorecard"].on_page_load = (wrapper) => {
	frappe.require("scorecard_page.bundle.js", () => {
		wrapper.scorecard = new crm4s.scorecard.Page(wrapper);
		wrapper.scorecard.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-scorecard"].on_page_show = (wrapper) => wrapper.scorecard?.show();
