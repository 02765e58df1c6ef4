"""What a rule finds from one due day to another, slice by slice, the day of the task written to each."""

from collections.abc import Iterator
from datetime import date, timedelta

from frappe.utils import cint, getdate

from crm4s.calendars.occasions import days_between
from crm4s.care.due import Due
from crm4s.care.triggers import STANDING, TRIGGERS, WINDOW

Found = tuple[date, list[Due]]
# So many are judged and written in one transaction.
SLICE = 2_000


def slices(rule, first: date, last: date) -> Iterator[Found]:
	"""Pairs of the day on which the tasks are due and at most 2,000 due things; each is read when it is asked for."""
	for due_on, dues in _read(rule, first, last):
		if not _is_valid(rule, due_on):
			continue
		for begin in range(0, len(dues), SLICE):
			yield due_on, dues[begin : begin + SLICE]


def days_of(rule, today: date) -> tuple[date, date]:
	"""First and last day to run for: those that were missed, at most as many as the rule catches up with.

	A rule that ran for today or, by a clock that went wrong, for a later day runs for today again; what it made is known by its keys.
	"""
	if not rule.last_run_for or getdate(rule.last_run_for) >= today:
		return today, today
	earliest = today - timedelta(days=cint(rule.catch_up_days))
	return max(getdate(rule.last_run_for) + timedelta(days=1), earliest), today


def _read(rule, first: date, last: date) -> Iterator[Found]:
	trigger, offset = TRIGGERS[rule.trigger], timedelta(days=cint(rule.offset_days))
	if trigger.asked == STANDING:
		yield from ((last, dues) for dues in trigger.read(rule, last - offset))
		return
	window = timedelta(days=cint(rule.window_days)) if trigger.asked == WINDOW else timedelta()
	for day in days_between(first - offset - window, last - offset):
		# What a forecast that moved brings too late is due now.
		due_on = day + offset if day + offset >= first else last
		yield from ((due_on, dues) for dues in trigger.read(rule, day))


def _is_valid(rule, day: date) -> bool:
	begins, ends = rule.valid_from, rule.valid_until
	return (not begins or day >= getdate(begins)) and (not ends or day <= getdate(ends))
