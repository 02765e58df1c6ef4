const WORKSHOP = "crm4s.workshop.actions.";

frappe.ui.form.on("C4S Repair Job", {
	setup(frm) {
		for (const [field, kind] of [["bay", "Bay"], ["technician", "Technician"]]) {
			frm.set_query(field, () => ({ filters: { kind, enabled: 1, ...(frm.doc.dealership ? { dealership: frm.doc.dealership } : {}) } }));
		}
		frm.set_query("service_visit", () => ({ filters: { status: "Open" } }));
	},

	refresh(frm) {
		frm.toggle_enable(["bay", "technician", "planned_from", "planned_to", "planned_minutes"], ["Planned", "Working", "Paused"].includes(frm.doc.status));
		frm.fields_dict.items.grid.cannot_add_rows = true;
		if (frm.is_new()) return;
		frm.page.add_inner_button(__("Job Board"), () => frappe.set_route("c4s-job-board"));
		const add = (label, method, ask) => frm.add_custom_button(label, () => run(frm, method, ask));
		if (["Planned", "Paused"].includes(frm.doc.status)) add(frm.doc.started_on ? __("Resume") : __("Start Work"), "start");
		if (frm.doc.status === "Working") {
			add(__("Pause"), "pause", [{ fieldname: "reason", fieldtype: "Select", label: __("Reason of the Pause"), options: reasons(frm), reqd: 1 }]);
			add(__("Finish"), "finish");
		}
		if (["Planned", "Paused"].includes(frm.doc.status) && frm.perm[0]?.write) {
			add(__("Cancel Job"), "cancel", [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 }]);
		}
		if (frm.doc.status === "Finished") {
			for (const kind of ["Self Check", "Team Check"]) {
				add(__(kind), "check", [
					{ fieldname: "kind", fieldtype: "Data", default: kind, hidden: 1 },
					{ fieldname: "result", fieldtype: "Select", label: __("Result"), options: ["Passed", "Failed"].map((value) => ({ value, label: __(value) })), reqd: 1 },
					{ fieldname: "remark", fieldtype: "Small Text", label: __("What Has to Be Done Again"), mandatory_depends_on: "eval:doc.result === 'Failed'" },
				]);
			}
		}
	},
});

const reasons = (frm) =>
	frappe.meta
		.get_docfield("C4S Repair Job", "pause_reason", frm.doc.name)
		.options.split("\n")
		.filter((reason) => reason && reason !== "Rework")
		.map((value) => ({ value, label: __(value) }));

async function run(frm, method, fields) {
	const call = async (values) => {
		await frappe.xcall(WORKSHOP + method, { job: frm.doc.name, ...values });
		await frm.reload_doc();
	};
	if (!fields) return call({});
	frappe.prompt(fields, call, frm.doc.title);
}
