"""Rules become invitations, each once, and invitations become messages: all in sets.

A slice is a transaction that begins with the lock of the invitations' counter, so that runs at once follow one another: the second reads what the
first wrote, the quiet time between two surveys holds for all rules together, and the unique key is there for whatever else may go wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import md5

import frappe
from frappe import _
from frappe.query_builder.functions import Concat
from frappe.utils import cint, flt, getdate, now, now_datetime

from crm4s.calendars.occasions import days_between
from crm4s.care.due import Due
from crm4s.care.judge import Judged, placed
from crm4s.care.tasks import withdraw_calls
from crm4s.messages.kinds import TASK
from crm4s.messages.outbox import DELIVERED, MESSAGE, SENT, Wish, queue, withdraw
from crm4s.rows.names import Series
from crm4s.rows.writer import insert_unless_known
from crm4s.runs import commit, guarded
from crm4s.settings import setting
from crm4s.surveys import links, occasions

RULE, INVITATION, SURVEY, RESPONSE = "C4S Invitation Rule", "C4S Survey Invitation", "C4S Survey", "C4S Survey Response"
INVITED, OPENED, ANSWERED, EXPIRED, WITHDRAWN = "Invited", "Opened", "Answered", "Expired", "Withdrawn"
WAITING = (INVITED, OPENED)
ABOUT = ("service_visit", "deal", "lead", "complaint")
SLICE = 2_000
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "title", "survey", "status", "due_on", "expires_on"),
	*("dealership", "customer", "vehicle", "rule", "source_key", *ABOUT),
)


@dataclass
class Drawn(Judged):
	"""`not_drawn` counts those whom chance left out."""

	not_drawn: int = 0

	def __iadd__(self, other: "Drawn") -> "Drawn":
		for name in ("found", "known", "quiet", "not_drawn", "without_store", "elsewhere"):
			setattr(self, name, getattr(self, name) + getattr(other, name))
		self.new += other.new
		return self


def run_daily() -> None:
	"""Each day: invite, remind, let expire; in the language of the site, whose words the titles and reasons have."""
	frappe.local.lang = frappe.db.get_default("lang") or "zh"
	today = getdate()
	for name in frappe.get_all(RULE, {"enabled": 1}, pluck="name", order_by="priority, name"):
		guarded(lambda name=name: run_rule(name, today), f"Invitation rule {name}")
	guarded(remind, "Reminders of surveys")
	guarded(expire, "Expiry of surveys")


def run_rule(name: str, today: date) -> int:
	"""Invite whoever the rule finds today and on the days that were missed; how many."""
	rule = frappe.get_doc(RULE, name)
	first, last = days_of(rule, today)
	# Made before the transaction begins: it reads, and a read before the lock would fix what the slice sees to the time before it waited.
	counter, count = Series(INVITATION), 0
	if _is_ready(rule):
		for due_on, dues in slices(rule, first, last):
			commit()
			counter.lock()
			count += write(rule, due_on, judge(rule, due_on, dues).new, today)
			commit()
	frappe.db.set_value(RULE, name, {"last_run_for": last, "on_since": rule.on_since or first}, update_modified=False)
	commit()
	return count


def days_of(rule, today: date) -> tuple[date, date]:
	"""First and last day to run for. The days before are read again and find their keys: this night knows nothing of the coming day, and other systems tell late.

	Not those before the rule was switched on; and a day of the year happens by itself and is read once, unless it was missed.
	"""
	since = min(getdate(rule.on_since or rule.last_run_for or today), today)
	if rule.trigger == occasions.YEARLY:
		last = getdate(rule.last_run_for or today)
		return max(min(last + timedelta(days=1), today), today - timedelta(days=cint(rule.catch_up_days))), today
	return max(since, today - timedelta(days=max(cint(rule.catch_up_days), 1))), today


def slices(rule, first: date, last: date):
	"""Pairs of the day on which to invite and at most 2,000 due things."""
	offset = timedelta(days=0 if rule.trigger == occasions.YEARLY else cint(rule.offset_days))
	for day in days_between(first - offset, last - offset):
		due_on = day + offset
		if (not rule.valid_from or due_on >= getdate(rule.valid_from)) and (not rule.valid_until or due_on <= getdate(rule.valid_until)):
			yield from ((due_on, dues) for dues in occasions.read(rule, day))


def judge(rule, due_on: date, dues: Sequence[Due]) -> Drawn:
	"""Sort out one slice, in a few queries; nothing is written."""
	result = Drawn()
	left = placed(rule, dues, _known, result)
	quiet = 0 if cint(rule.asks_in_quiet_days) else cint(setting("survey_quiet_days"))
	asked = _asked_lately({due.customer for _key, due, _store in left}, due_on, quiet)
	for key, due, store in left:
		if due.customer in asked:
			result.quiet += 1
		elif not is_drawn(key, flt(rule.share_percent)):
			result.not_drawn += 1
		else:
			result.new.append((key, due, store))
			if quiet:
				asked.add(due.customer)
	return result


def _known(keys: list[str]) -> set[str]:
	return set(frappe.get_all(INVITATION, {"source_key": ["in", keys or [""]]}, pluck="source_key", order_by=None, limit_page_length=0))


def is_drawn(key: str, share_percent: float) -> bool:
	"""Whether chance takes this one; the same answer for the same key, for ever."""
	return int(md5(f"drawn:{key}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % 10_000 < share_percent * 100


def write(rule, due_on: date, new: Sequence[tuple[str, Due, str]], today: date) -> int:
	"""Invitations of what is new, and their messages; how many were not there already. What comes late can be answered as long as the others."""
	if not new:
		return 0
	moment, expires_on = now(), expiry(max(due_on, today), cint(rule.valid_days))
	customers = dict(_pairs("C4S Customer", "customer_name", {due.customer for _key, due, _store in new}))
	title = frappe.db.get_value(SURVEY, rule.survey, "title")
	names = Series(INVITATION).reserve([{"rule": rule.name}] * len(new))
	rows = [
		(
			*(name, moment, moment, frappe.session.user, frappe.session.user, 0, 0, f"{customers.get(due.customer) or due.customer} · {title}"[:140]),
			*(rule.survey, INVITED, due_on, expires_on, store, due.customer, due.vehicle, rule.name, key),
			*(due.facts.get(link) for link in ABOUT),
		)
		for name, (key, due, store) in zip(names, new, strict=True)
	]
	made = set(insert_unless_known(INVITATION, COLUMNS, rows))
	queue(
		[
			wish(rule, name, due.customer, due.vehicle, store, expires_on)
			for name, (_key, due, store) in zip(names, new, strict=True)
			if name in made
		]
	)
	return len(made)


def wish(rule, name: str, customer: str, vehicle: str | None, dealership: str, expires_on: datetime, reminds: bool = False) -> Wish:
	channels = tuple(row.channel for row in rule.channels if not (reminds and row.channel == TASK))
	return Wish(
		source_key=f"survey:{name}:{'2' if reminds else '1'}",
		customer=customer,
		purpose=rule.purpose,
		channels=channels,
		template=(reminds and rule.reminder_template) or rule.template,
		values={"link": links.link_of(name), "until": expires_on.date()},
		dealership=dealership,
		vehicle=vehicle,
		reference_doctype=INVITATION,
		reference_name=name,
		not_after=expires_on,
	)


def expiry(due_on: date, days: int) -> datetime:
	"""The end of the last day on which the invitation can be answered."""
	return datetime.combine(due_on + timedelta(days=max(days, 1)), time(23, 59, 59))


def remind() -> int:
	"""Once, who got the message and has not answered after the rule's days; how many. Of two at once the second finds the keys of the first."""
	count = 0
	for name in frappe.get_all(RULE, {"enabled": 1, "remind_after_days": [">", 0]}, pluck="name"):
		rule = frappe.get_doc(RULE, name)
		if not _is_ready(rule) or all(row.channel == TASK for row in rule.channels):
			continue
		while rows := _to_remind(rule):
			queue([wish(rule, row.name, row.customer, row.vehicle, row.dealership, row.expires_on, reminds=True) for row in rows])
			_update([row.name for row in rows], {"reminded_on": now_datetime()})
			commit()
			count += len(rows)
	return count


def expire() -> int:
	"""Invitations whose time is over, and what waits to be sent or called because of them; how many."""
	count, invitation = 0, frappe.qb.DocType(INVITATION)
	while True:
		over = invitation.status.isin(WAITING) & (invitation.expires_on < now_datetime())
		names = frappe.qb.from_(invitation).select(invitation.name).where(over).limit(SLICE).for_update().run(pluck=True)
		_end(names, EXPIRED, _("The time to answer is over."))
		commit()
		count += len(names)
		if len(names) < SLICE:
			return count


def take_back(names: Sequence[str], reason: str) -> None:
	"""These invitations count no more, as long as they were not answered."""
	invitation = frappe.qb.DocType(INVITATION)
	waiting = invitation.name.isin(list(names) or [""]) & invitation.status.isin(WAITING)
	_end(frappe.qb.from_(invitation).select(invitation.name).where(waiting).for_update().run(pluck=True), WITHDRAWN, reason)


def _end(names: list[str], status: str, reason: str) -> None:
	if names:
		_update(names, {"status": status})
		withdraw(INVITATION, names, reason)
		withdraw_calls(INVITATION, names, reason)


def _update(names: list[str], values: dict) -> None:
	invitation = frappe.qb.DocType(INVITATION)
	query = frappe.qb.update(invitation).set(invitation.modified, now()).where(invitation.name.isin(names or [""]))
	for column, value in values.items():
		query = query.set(invitation[column], value)
	query.run()


def _is_ready(rule) -> bool:
	return bool(frappe.db.get_value(SURVEY, {"name": rule.survey, "enabled": 1, "published_version": ["is", "set"]}))


def _asked_lately(customers: set[str], due_on: date, days: int) -> set[str]:
	"""Who was invited, or answered, within the days between two surveys."""
	if not days or not customers:
		return set()
	wanted, since = ["in", sorted(customers)], due_on - timedelta(days=days)
	invited = {"customer": wanted, "due_on": [">", since], "status": ["!=", WITHDRAWN]}
	answered = {"customer": wanted, "responded_on": [">", since]}
	return {
		*frappe.get_all(INVITATION, invited, pluck="customer", order_by=None, limit_page_length=0),
		*frappe.get_all(RESPONSE, answered, pluck="customer", order_by=None, limit_page_length=0),
	}


def _to_remind(rule) -> list:
	"""Those whose message went out to them, so many days ago, and who have not answered or been reminded."""
	invitation, message = frappe.qb.DocType(INVITATION), frappe.qb.DocType(MESSAGE)
	waiting = (invitation.rule == rule.name) & invitation.status.isin(WAITING) & invitation.reminded_on.isnull()
	long_ago = message.sent_on < getdate() + timedelta(days=1 - cint(rule.remind_after_days))
	return (
		frappe.qb.from_(invitation)
		.join(message)
		.on(message.source_key == Concat("survey:", invitation.name, ":1"))
		.select(invitation.name, invitation.customer, invitation.vehicle, invitation.dealership, invitation.expires_on)
		.where(waiting & long_ago & (invitation.expires_on > now_datetime()))
		.where(message.status.isin([SENT, DELIVERED]) & (message.channel_kind != TASK))
		.limit(SLICE)
	).run(as_dict=True)


def _pairs(doctype: str, fieldname: str, names: set[str]) -> list[tuple]:
	return frappe.get_all(doctype, {"name": ["in", sorted(names) or [""]]}, ["name", fieldname], as_list=True, order_by=None, limit_page_length=0)
