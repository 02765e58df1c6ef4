"""What the customer's form and the list of runs call."""

import frappe
from frappe import _
from frappe.utils.background_jobs import is_job_enqueued

from crm4s.access.required import require_permission
from crm4s.customer_value import jobs, why
from crm4s.offers.next_offers import offers_of
from crm4s.turns import turn

CUSTOMER, VALUE, RUN = "C4S Customer", "C4S Customer Value", "C4S Value Run"
LONG_SECONDS = 60 * 60
JOB = "crm4s_value_run"


@frappe.whitelist()
def explain(customer: str) -> dict:
	"""What the customer is worth to the stores that the reader sees, and why; with what to offer next. For who reads the customer and values."""
	require_permission(CUSTOMER, "read", customer)
	require_permission(VALUE, "read")
	return {"rows": why.of_customer(customer), "offers": offers_of(customer)}


@frappe.whitelist()
def describe(run: str) -> list[str]:
	"""What a run found of all customers, in words. For who reads runs."""
	require_permission(RUN, "read", run)
	return why.of_run(frappe.get_doc(RUN, run))


@frappe.whitelist(methods=["POST"])
def run_now() -> None:
	"""Compute all values now, in the background; for who may begin a run and sees all stores, whose values it computes."""
	require_permission(RUN, "create", frappe.new_doc(RUN))
	with turn(jobs.TURN) as is_free:
		if not is_free or is_job_enqueued(JOB):
			frappe.throw(_("Customer values are being computed already."))
	frappe.enqueue("crm4s.customer_value.api.run_in_background", queue="long", timeout=LONG_SECONDS, job_id=JOB, deduplicate=True, user=frappe.session.user)


def run_in_background(user: str) -> None:
	"""The run that somebody asked for; he or she sees how far it is and is told when it is done."""
	titles = {"Reading Dealings": _("Reading Dealings"), "Computing": _("Computing"), "Writing": _("Writing")}
	name = None
	try:
		name = jobs.run(tell=lambda percent, step: frappe.publish_progress(percent, title=_("Customer Values"), description=titles[step]))
	finally:
		# Of a run that failed, too, or the page would wait for ever.
		frappe.publish_realtime("c4s_value_run_done", {"name": name}, user=user)
