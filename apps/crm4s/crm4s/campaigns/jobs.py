"""By the clock: campaigns that end, contacts that were left over, figures."""

import frappe
from frappe.utils import nowdate

from crm4s.campaigns import delivery, results
from crm4s.campaigns.audience import CAMPAIGN, MEMBER
from crm4s.runs import commit, guarded

recount = results.recount_due


def carry_on() -> None:
	"""Every hour: contact whoever is left in campaigns that run, after a killed job or when somebody joined the audience."""
	for name in frappe.get_all(CAMPAIGN, {"status": delivery.RUNNING}, pluck="name", order_by="name"):
		if frappe.db.exists(MEMBER, {"campaign": name, "counted_from": ["is", "not set"]}):
			guarded(lambda name=name: delivery.deliver(name), f"Campaign {name}")


def end_finished() -> None:
	"""Every day: what was to end before today has ended."""
	over = {"status": ["in", [delivery.RUNNING, delivery.PAUSED]], "ends_on": ["<", nowdate()]}
	for name in frappe.get_all(CAMPAIGN, over, pluck="name", order_by="name"):
		guarded(lambda name=name: _end(name), f"Campaign {name}")


def _end(name: str) -> None:
	delivery.move(name, delivery.ENDED, by_clock=True)
	commit()
