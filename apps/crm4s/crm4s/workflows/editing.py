"""What the framework's own tools would lose or let pass when an admin changes a workflow of ours."""

import frappe
from frappe import _

from crm4s.workflows.states import STATE, STATUS


def complete_workflow(workflow, event: str | None = None) -> None:
	"""Before a workflow of a process of ours is saved."""
	if not _leads_process(workflow.document_type):
		return
	_keep_what_builder_drops(workflow)
	_refuse_unknown_statuses(workflow)
	_warn_of_missing_statuses(workflow)


def forget_workflow(workflow, event: str | None = None) -> None:
	"""Frappe remembers which workflow is active, even one that is deleted."""
	frappe.clear_cache(doctype=workflow.document_type)


def _leads_process(doctype: str | None) -> bool:
	meta = frappe.get_meta(doctype) if doctype and frappe.db.exists("DocType", doctype) else None
	return bool(meta and meta.module == "CRM4S" and meta.has_field(STATE) and meta.has_field(STATUS))


def _keep_what_builder_drops(workflow) -> None:
	"""Some versions of the workflow builder write all transitions anew, without their conditions; whoever takes a condition out in the form keeps the row."""
	before = workflow.get_doc_before_save()
	if not before or {row.name for row in before.transitions} & {row.name for row in workflow.transitions}:
		return
	steps: dict[tuple, list] = {}
	for row in before.transitions:
		steps.setdefault(_key(row), []).append(row)
	for row in workflow.transitions:
		if same := steps.get(_key(row)):
			old = same.pop(0)
			row.condition = row.condition or old.condition
			row.allow_self_approval = old.allow_self_approval


def _key(row) -> tuple:
	return row.state, row.action, row.next_state, row.allowed


def _refuse_unknown_statuses(workflow) -> None:
	known = _statuses(workflow.document_type)
	for row in workflow.states:
		if row.update_field == STATUS and row.update_value not in known:
			frappe.throw(
				_("State {0} sets the status to {1}; it has to be one of: {2}").format(
					frappe.bold(_(row.state)), frappe.bold(frappe.utils.escape_html(row.update_value or "–")), ", ".join(known)
				)
			)


def _warn_of_missing_statuses(workflow) -> None:
	if not workflow.is_active:
		return
	meant = {row.update_value for row in workflow.states if row.update_field == STATUS}
	silent = [row.state for row in workflow.states if row.update_field != STATUS]
	missing = [status for status in _statuses(workflow.document_type) if status not in meant]
	if missing:
		frappe.msgprint(
			_("No state sets the status to {0}, which reports and other documents count on.").format(
				", ".join(_(status) for status in missing)
			),
			indicator="orange",
		)
	if silent:
		frappe.msgprint(
			_("These states leave the status as it was, as they update no field: {0}").format(", ".join(_(state) for state in silent)),
			indicator="orange",
		)


def _statuses(doctype: str) -> list[str]:
	return [option for option in (frappe.get_meta(doctype).get_field(STATUS).options or "").split("\n") if option]
