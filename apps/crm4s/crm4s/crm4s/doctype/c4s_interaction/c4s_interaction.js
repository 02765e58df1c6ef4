frappe.ui.form.on("C4S Interaction", {
	setup(frm) {
		crm4s.own_store.offer(frm);
		frm.set_query("category", () => ({ filters: { is_group: 0, enabled: 1 } }));
		frm.set_query("department", () => ({ filters: { name: ["like", "C4S %"] } }));
		frm.set_query("handler", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("earlier", () => ({ filters: { name: ["!=", frm.doc.name || ""], ...(frm.doc.customer ? { customer: frm.doc.customer } : {}) } }));
	},

	refresh(frm) {
		if (frm.is_new() || crm4s.own_store.is_shared(frm) || !frm.perm[0]?.write) return;
		const { status } = frm.doc;
		if (status === "Closed") {
			frm.add_custom_button(__("Reopen"), () => reopen(frm));
			return;
		}
		frm.add_custom_button(__("Answer the Customer"), () => answer(frm)).addClass("btn-primary");
		frm.add_custom_button(__("Hand On"), () => hand_on(frm));
		frm.add_custom_button(__("Close"), () => close(frm));
		if (!frm.doc.reference_name) {
			for (const doctype of ["C4S Service Appointment", "C4S Dispatch Order", "C4S Complaint", "C4S Lead"]) {
				if (frappe.model.can_create(doctype)) frm.add_custom_button(__(doctype), () => make(frm, doctype), __("Make"));
			}
		}
		if (["Design Wish", "Safety Concern"].includes(frm.doc.kind) && frm.doc.model && !frm.doc.manufacturer_report && frappe.model.can_create("C4S Manufacturer Report")) {
			frm.add_custom_button(__("To the Manufacturer"), () => to_manufacturer(frm));
		}
	},

	vehicle(frm) {
		crm4s.forms.take_owner(frm);
	},
});

function make(frm, doctype) {
	const { name, customer, vehicle, dealership, channel, said, contact_phone: phone, contact_name } = frm.doc;
	return crm4s.interactions.make(doctype, name, { customer, vehicle, dealership, channel, said, phone, name: contact_name });
}

const act = (frm, method, values) => crm4s.forms.act(frm, `crm4s.interactions.api.${method}`, { name: frm.doc.name, ...values });

function answer(frm) {
	const fields = [
		{
			fieldname: "text",
			fieldtype: "Text",
			label: __("Our Answer"),
			reqd: 1,
			description: frm.doc.__onload?.answers_go_out ? __("It goes to the customer's account at once: {0}", [__(frm.doc.channel)]) : __("It is noted here; tell the customer yourself."),
		},
		{ fieldname: "close", fieldtype: "Check", label: __("Close as well"), default: 1 },
	];
	crm4s.forms.ask(__("Answer the Customer"), fields, __("Save"), (values) => act(frm, "answer", values));
}

function close(frm) {
	const needed = !frm.doc.answer && !frm.doc.reference_name;
	const fields = [{ fieldname: "text", fieldtype: "Small Text", label: __("Our Answer, or Why None Is Needed"), reqd: needed ? 1 : 0 }];
	crm4s.forms.ask(__("Close"), fields, __("Close"), (values) => act(frm, "close", values));
}

function reopen(frm) {
	const fields = [{ fieldname: "why", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }];
	crm4s.forms.ask(__("Reopen"), fields, __("Reopen"), (values) => act(frm, "reopen", values));
}

async function hand_on(frm) {
	const { departments } = await frappe.xcall("crm4s.interactions.api.get_choices");
	const offer = async () => {
		const department = dialog.get_value("department");
		const people = department ? await frappe.xcall("crm4s.interactions.api.colleagues", { name: frm.doc.name, department }) : [];
		dialog.set_df_property("user", "options", [{ value: "", label: __("Queue of the Department") }, ...people]);
	};
	const fields = [
		{ fieldname: "department", fieldtype: "Select", label: __("Department"), options: crm4s.forms.choices(departments), reqd: 1, default: frm.doc.department, change: () => offer() },
		{ fieldname: "user", fieldtype: "Select", label: __("Person"), options: [] },
		{ fieldname: "why", fieldtype: "Small Text", label: __("Note") },
	];
	const dialog = crm4s.forms.ask(__("Hand On"), fields, __("Hand On"), (values) => act(frm, "hand_on", values));
	offer();
}

async function to_manufacturer(frm) {
	const open = await frappe.db.get_list("C4S Manufacturer Report", {
		fields: ["name", "title"],
		filters: { model: frm.doc.model, kind: frm.doc.kind, status: "Collecting" },
		limit: 20,
	});
	const fields = [
		{ fieldname: "report", fieldtype: "Select", label: __("Join to"), options: [{ value: "", label: __("A new report") }, ...open.map(({ name, title }) => ({ value: name, label: title }))] },
		{ fieldname: "title", fieldtype: "Data", label: __("Title"), default: frm.doc.subject, depends_on: "eval:!doc.report", mandatory_depends_on: "eval:!doc.report" },
		{ fieldname: "description", fieldtype: "Small Text", label: __("Description without Names"), default: frm.doc.said, depends_on: "eval:!doc.report", mandatory_depends_on: "eval:!doc.report" },
	];
	crm4s.forms.ask(__("To the Manufacturer"), fields, __("Save"), async (values) => {
		await frappe.xcall("crm4s.interactions.manufacturer.join", { interaction: frm.doc.name, ...values });
		frm.reload_doc();
	});
}
