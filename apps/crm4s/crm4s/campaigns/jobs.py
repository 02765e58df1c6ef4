"""By the clock: campaigns that end, contacts that were left over, figures."""

import frappe
from frappe.utils import nowdate

from crm4s.campaigns import delivery, results
from crm4s.campaigns.audience import CAMPAIGN, MEMBER, commit

recount = results.recount_due


def carry_on() -> None:
	"""Every hour: contact whoever is left in campaigns that run, after a killed job or when somebody joined the audience."""
	for name in frappe.get_all(CAMPAIGN, {"status": delivery.RUNNING}, pluck="name", order_by="name"):
		if frappe.db.exists(MEMBER, {"campaign": name, "counted_from": ["is", "not set"]}):
			_guarded(delivery.deliver, name)


def end_finished() -> None:
	"""Every day: what was to end before today has ended."""
	over = {"status": ["in", [delivery.RUNNING, delivery.PAUSED]], "ends_on": ["<", nowdate()]}
	for name in frappe.get_all(CAMPAIGN, over, pluck="name", order_by="name"):
		_guarded(_end, name)


def _end(name: str) -> None:
	delivery.move(name, delivery.ENDED, by_clock=True)
	commit()


def _guarded(work, name: str) -> None:
	try:
		work(name)
	except Exception:
		# Whatever is wrong with one campaign, the others go on.
		if not frappe.flags.in_test:
			frappe.db.rollback()
		frappe.log_error(title=f"Campaign {name}", message=frappe.get_traceback())
