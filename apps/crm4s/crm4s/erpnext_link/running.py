"""What the clock does each minute: what changed here goes there, what changed there comes here. Safe to kill, never twice at once."""

from collections.abc import Callable, Collection
from time import monotonic

import frappe
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm4s.acting import acting_as
from crm4s.change_feed.noting import ERASED
from crm4s.change_feed.reading import read, removed_until
from crm4s.change_feed.sequencing import sequence
from crm4s.erpnext_link import cars, customers, deals, first_sync, following, invoices, leads, pairs, their_customers
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.our_customers import CUSTOMER
from crm4s.erpnext_link.plan import Plan, current
from crm4s.erpnext_link.presence import RECORD
from crm4s.runs import Progress, commit, guarded
from crm4s.turns import turn

SECONDS = 150
SLICE = 200
POSITION, LOOKED = "crm4s_erpnext_position", "crm4s_erpnext_looked"
# A transaction of ERPNext that took so long is seen all the same.
OVERLAP_MINUTES = 15


def run() -> None:
	"""Nothing while the link is off, or ERPNext is not there."""
	plan = current()
	if not plan:
		return
	with turn("erpnext") as is_mine:
		if is_mine:
			_work(plan)


def _work(plan: Plan) -> None:
	until = monotonic() + SECONDS
	has_time = lambda: monotonic() < until  # noqa: E731
	for step in (first_sync.carry_on, *(AFTERWARDS if first_sync.is_done() else ())):
		guarded(lambda: _as_user(step, plan, has_time), "ERPNext")  # noqa: B023, called at once


def _as_user(step: Callable, plan: Plan, has_time: Callable[[], bool]) -> None:
	with acting_as(plan.user):
		step(plan, has_time)


def tell_changes(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""What the change feed says of customers, cars and leads since the last time; what the link wrote itself is left out."""
	sequence()
	after = max(int(Progress(POSITION).text() or first_sync.state().get("position", 0)), removed_until())
	more, asked = True, [CUSTOMER, cars.VEHICLE, *([leads.LEAD] if plan.follows_leads else [])]
	while more and has_time():
		rows, after, more = read(asked, after, SLICE)
		told = {(row.document_type, row.document) for row in rows if row.origin != plan.user and row.action != ERASED}
		_bring_up({name for doctype, name in told if doctype == CUSTOMER}, plan)
		if plan.sends_cars:
			cars.bring_up({name for doctype, name in told if doctype == cars.VEHICLE}, plan)
		leads.bring_up({name for doctype, name in told if doctype == leads.LEAD}, plan)
		Progress(POSITION).keep(str(after))


def _bring_up(names: Collection[str], plan: Plan) -> None:
	if not names:
		return
	customers.keep_equal(names, plan)
	known = pairs.of_ours(CUSTOMER, names, their_customers.CUSTOMER)
	new = [name for name in names if not (name in known and known[name].their_document)]
	if new:
		customers.find_or_make(new, plan, Candidates(), plan.sends_all_customers)


def look_for_changes(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Customers of ERPNext that were changed since, with their contacts and addresses. A look at the times, as ERPNext writes past its own events too."""
	began = now_datetime()
	since = add_to_date(get_datetime(Progress(LOOKED).text() or "2000-01-01"), minutes=-OVERLAP_MINUTES)
	names = sorted(_changed_since(since))
	for start in range(0, len(names), SLICE):
		if not has_time():
			return
		customers.keep_equal(names[start : start + SLICE], plan)
		commit()
	Progress(LOOKED).keep(str(began))


def _changed_since(since) -> set[str]:
	"""Our names of pairs that were changed there after we looked last; three queries along the indexes of `modified`."""
	record, customer = frappe.qb.DocType(RECORD), frappe.qb.DocType(their_customers.CUSTOMER)
	paired = frappe.qb.from_(customer).join(record).on((record.their_document == customer.name) & (record.their_type == their_customers.CUSTOMER))
	found = set()
	for doctype, field in (("Contact", "customer_primary_contact"), ("Address", "customer_primary_address"), (None, None)):
		part = frappe.qb.DocType(doctype) if doctype else customer
		asked = paired.join(part).on(part.name == customer[field]) if doctype else paired
		rows = asked.where((part.modified >= since) & (record.their_stamp.isnull() | (part.modified > record.their_stamp)))
		found |= {name for (name,) in rows.select(record.document).run()}
	return found


# Once all customers were looked at.
AFTERWARDS = (tell_changes, look_for_changes, cars.carry_on, invoices.make_due, deals.make_due, following.follow)
