frappe.pages["c4s-dispatch-board"].on_page_load = (wrapper) => {
	frappe.require("dispatch_page.bundle.js", () => {
		wrapper.dispatch = new crm4s.dispatch.Board(wrapper);
		wrapper.dispatch.show();
	});
};
// The first time, the page is shown before it is loaded.
frappe.pages["c4s-dispatch-board"].on_page_show = (wrapper) => wrapper.dispatch?.show();
frappe.pages["c4s-dispatch-board"].on_page_hide = (wrapper) => wrapper.dispatch?.hide();
