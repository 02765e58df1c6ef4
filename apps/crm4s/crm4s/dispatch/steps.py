"""What happens to an order, each step once and in its order. Who may is asked in dispatch/actions.py."""

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import format_datetime, get_datetime, now_datetime

from crm4s.dispatch import booked, closing, teams
from crm4s.dispatch.standards import CALLED, CANCELLED, DISPATCHED, ENDED, ON_SITE, ON_THE_WAY, OPEN
from crm4s.exceptions import DispatchError
from crm4s.workshop.plan import all_or_nothing

ORDER = "C4S Dispatch Order"
# Which stamp belongs to which status, in the order of time.
STAMPS = ("called_on", "dispatched_on", "departed_on", "arrived_on", "ended_on")


def locked(name: str, *others: str | None):
	"""The order as it is now, held until the transaction ends, with its team and `others`."""
	teams.lock(frappe.db.get_value(ORDER, name, "team"), *others)
	return frappe.get_doc(ORDER, name, for_update=True)


def send(order, team: str, minutes: int | None = None) -> None:
	"""A team gets the order; for one that has a team already see `send_other`."""
	_refuse_unless(order, CALLED)
	order.update({"status": DISPATCHED, "dispatched_on": order.dispatched_on or now_datetime()})
	_take(order, team, minutes)


def send_other(order, team: str, minutes: int | None = None) -> None:
	"""Another team instead of the one that was sent and is not there yet."""
	_refuse_unless(order, DISPATCHED, ON_THE_WAY)
	if order.team == team:
		frappe.throw(_("This team has the order already."), DispatchError)
	with all_or_nothing():
		booked.give_back(order)
		order.update({"status": DISPATCHED, "departed_on": None})
		_take(order, team, minutes)


def take_back(order) -> None:
	"""The team does not go; the order waits for another one."""
	_refuse_unless(order, DISPATCHED, ON_THE_WAY)
	with all_or_nothing():
		booked.give_back(order)
		order.update({"status": CALLED, "departed_on": None, **dict.fromkeys(("team", "team_from", "team_until", "team_booking", "dispatched_on"))})
		order.save_facts()


def depart(order, moment: datetime | None = None) -> None:
	_refuse_unless(order, DISPATCHED)
	booked.refuse_busy(order, order.team)
	order.update({"status": ON_THE_WAY, "departed_on": _checked(order, moment)})
	order.save_facts()


def arrive(order, moment: datetime | None = None) -> None:
	"""The team is there; it may have forgotten to say that it set out."""
	_refuse_unless(order, DISPATCHED, ON_THE_WAY)
	booked.refuse_busy(order, order.team)
	order.update({"status": ON_SITE, "arrived_on": _checked(order, moment)})
	order.save_facts()


def end(order, status: str, said: dict, fees: Iterable[dict] | None = None, agreed: bool = False, moment: datetime | None = None) -> None:
	"""Solved on site, or towed to the store; the service visit with the fees is opened if customer and car are known.

	Args:
		said: what the team enters at the end: remark, odometer, driven_km; what is None stays.
		fees: rows in place of those that are there; None leaves them.
		agreed: the customer agreed to the fees on site.
	"""
	_refuse_unless(order, ON_SITE)
	ended_on = _checked(order, moment)
	order.update({field: value for field, value in said.items() if value is not None})
	if fees is not None:
		order.set("fees", [{"item_kind": "Other", "quantity": 1, "payer": order.payer, **row} for row in fees])
	order.update({"status": status, "ended_on": ended_on, "agreed_on": ended_on if agreed else None})
	with all_or_nothing():
		booked.give_back(order, ended_on)
		order.save_facts()
		closing.open_visit_if_known(order)


def cancel(order, reason: str) -> None:
	"""Nobody is needed any more; what the appointment behind it took is given back with it."""
	_refuse_unless(order, *OPEN)
	if not (reason or "").strip():
		frappe.throw(_("Say why the order is cancelled."), DispatchError)
	if order.fees:
		frappe.throw(_("There are fees to pay; end the order as solved, or take the fees out first."), DispatchError)
	now = now_datetime()
	order.update({"status": CANCELLED, "ended_on": now, "cancel_reason": reason.strip()})
	with all_or_nothing():
		booked.give_back(order, now)
		order.save_facts()
		closing.cancel_appointment(order)


def _take(order, team: str, minutes: int | None) -> None:
	with all_or_nothing():
		booked.take(order, team, minutes)
		order.save_facts()


def _refuse_unless(order, *statuses: str) -> None:
	"""Two who look at the same board press the same button; the second hears what the first did."""
	if order.status in statuses:
		return
	who = order.team and frappe.db.get_value(teams.RESOURCE, order.team, "resource_name")
	if who and order.status not in ENDED:
		frappe.throw(_("Order {0} is {1} already, with {2}.").format(order.name, _(order.status), who), DispatchError)
	frappe.throw(_("Order {0} is {1}.").format(order.name, _(order.status)), DispatchError)


def _checked(order, moment: datetime | None) -> datetime:
	"""When it happened: now, or as somebody without a network says later; not in the future and not before what came first."""
	now = now_datetime()
	if not moment:
		return now
	moment = get_datetime(moment)
	last = max(get_datetime(order.get(field)) for field in STAMPS if order.get(field))
	# Forms show times to the minute.
	if moment > now or moment < last.replace(second=0, microsecond=0):
		frappe.throw(
			_("Enter a time from {0} until now.").format(format_datetime(last, "yyyy-MM-dd HH:mm")), DispatchError
		)
	return max(moment, last)
