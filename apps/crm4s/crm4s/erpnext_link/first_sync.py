"""All customers of ours once, in slices by their names: a job that was killed goes on where it was."""

from collections.abc import Callable

import frappe

from crm4s.change_feed.sequencing import head, sequence
from crm4s.erpnext_link import cars, customers, deals, invoices
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.our_customers import CUSTOMER
from crm4s.erpnext_link.plan import Plan
from crm4s.runs import Progress

PROGRESS = "crm4s_erpnext_first_sync"
SLICE = 200


def begin() -> None:
	"""From the first customer on; who is joined already stays so. What is changed from here on is told by the feed."""
	sequence()
	Progress(PROGRESS).forget()
	cars.begin()
	invoices.begin()
	deals.begin()
	Progress(PROGRESS).note(running=1, after="", position=head())


def state() -> dict:
	"""Numbers of customers looked at, linked, made, doubtful and refused; `running` while there are more; empty before the first."""
	return Progress(PROGRESS).state()


def is_done() -> bool:
	known = state()
	return bool(known) and not known.get("running")


def carry_on(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Slices while there is time. Each is committed together with how far it came."""
	known = state()
	if not known.get("running"):
		return
	candidates = Candidates()
	while has_time() and known.get("running"):
		known = _slice(known, plan, candidates)


def _slice(known: dict, plan: Plan, candidates: Candidates) -> dict:
	names = frappe.get_all(CUSTOMER, {"name": [">", known["after"]]}, pluck="name", order_by="name", limit=SLICE, ignore_ifnull=True)
	count = customers.find_or_make(names, plan, candidates, plan.sends_all_customers)
	counted = {name: known.get(name, 0) + number for name, number in {**count, "seen": len(names)}.items()}
	changes = {**counted, "after": names[-1] if names else known["after"], "running": 1 if len(names) == SLICE else None}
	Progress(PROGRESS).note(**changes)
	return Progress(PROGRESS).state()
