"""What the form of the settings and the list of runs call."""

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.background_jobs import is_job_enqueued

from crm4s.access.required import require_permission
from crm4s.group_data import exporting
from crm4s.group_data.places import SETTINGS
from crm4s.turns import turn

JOB, LONG_SECONDS = "crm4s_group_data", 6 * 60 * 60


@frappe.whitelist()
def last_run() -> dict:
	"""The newest run, for the form of the settings; empty before the first one."""
	require_permission(SETTINGS, "read")
	fields = ["name", "status", "as_of", "progress_percent", "started_on", "ended_on", "files", "files_written", "row_count", "megabytes", "seconds", "error"]
	found = frappe.get_list(exporting.RUN, fields=fields, order_by="creation desc", limit=1)
	if found and not frappe.has_permission(exporting.RUN, "create"):
		found[0].error = None
	return found[0] if found else {}


@frappe.whitelist(methods=["POST"])
def export_now() -> None:
	"""Export now, in the background; for who may begin a run."""
	require_permission(exporting.RUN, "create", frappe.new_doc(exporting.RUN))
	if not cint(frappe.get_cached_doc(SETTINGS).enabled):
		frappe.throw(_("The export for the group is off; switch it on in its settings first."))
	with turn(exporting.TURN) as is_free:
		if not is_free or is_job_enqueued(JOB):
			frappe.throw(_("An export for the group is under way already."))
	frappe.enqueue("crm4s.group_data.exporting.run", queue="long", timeout=LONG_SECONDS, job_id=JOB, deduplicate=True, user=frappe.session.user)
