// To which store a document belongs, for the forms and figures of all documents of a store.
frappe.provide("crm4s.own_store");

Object.assign(crm4s.own_store, {
	// The stores that the user works for, by name, for the filters of figures: these count what is the stores' own.
	names() {
		const { names } = frappe.boot.c4s_own_stores;
		return names.length ? names : [""];
	},

	// In a form's `setup`: the field offers the user's own stores only.
	offer(frm, fieldname = "dealership") {
		frm.set_query(fieldname, () => ({
			query: "crm4s.access.own_store.search",
			filters: { is_group: 0 },
		}));
	},

	// Whether this is another store's dealing with a customer, which the group lets the user read.
	is_shared(frm) {
		const field = frappe.meta.get_docfield(frm.doctype, "dealership");
		const is_dealing = field?.options === "C4S Dealership" && field.reqd && field.ignore_user_permissions;
		const { whole_group, names } = frappe.boot.c4s_own_stores;
		return is_dealing && !frm.is_new() && !whole_group && !names.includes(frm.doc.dealership);
	},
});

// The server refuses to save it; the form says so before somebody types.
$(document).on("form-refresh", (event, frm) => {
	if (!crm4s.own_store.is_shared(frm)) return;
	frm.set_read_only();
	frm.disable_save();
	const store = frappe.utils.get_link_title("C4S Dealership", frm.doc.dealership) || frm.doc.dealership;
	frm.set_intro(__("This belongs to {0}; your store may read it, but not change it.", [store.bold()]));
});
