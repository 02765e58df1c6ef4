"""The computation of what customers are worth: each night before the care rules (`crm4s.care.run`), and on demand.

One at a time; a stopped one is carried on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from time import perf_counter

import frappe
from frappe.utils import cint, flt, getdate, now_datetime, nowdate

from crm4s.customer_value import months, summary, writing
from crm4s.customer_value.overlap import ahead, beside
from crm4s.runs import commit, rollback
from crm4s.settings import setting
from crm4s.turns import turn
from crm4s.value.customers.evaluate import Evaluation, Settings, evaluate

RUN, TURN = "C4S Value Run", "value"
RUNNING, DONE, WITH_ERRORS = "Running", "Done", "With Errors"
READING, COMPUTING, WRITING = "Reading Dealings", "Computing", "Writing"
SLICE = 20_000
MOST_MARGIN = 0.9
# Shares of the progress bar: what is read, computed, written.
READ, COMPUTED = 30, 45


def run(as_of: date | None = None, tell: Callable[[float, str], None] | None = None) -> str | None:
	"""Compute all values as of a day, by default today; the name of the C4S Value Run, or None while another one is under way.

	Args:
		tell: called with percent and what is being done.
	"""
	as_of, began = as_of or getdate(nowdate()), perf_counter()
	with turn(TURN) as is_alone:
		if not is_alone:
			return None
		log = _begin(as_of)
		teller = _teller(log, tell)
		try:
			_compute(log, as_of, teller)
		except Exception as failure:
			rollback()
			frappe.log_error(title="Customer Values", message=frappe.get_traceback())
			_note(log, status=WITH_ERRORS, ended_on=now_datetime(), error=f"{type(failure).__name__}: {failure}"[:500], seconds=flt(perf_counter() - began, 1))
			raise
		_note(log, status=DONE, ended_on=now_datetime(), progress_percent=100, step=None, seconds=flt(perf_counter() - began, 1))
	return log


def _compute(log: str, as_of: date, tell: Callable[[float, str], None]) -> None:
	rows = summary.read(as_of, lambda share: tell(READ * share, READING))
	tell(READ, COMPUTING)
	result = evaluate(rows, settings(), as_of, lambda near: writing.classes_before(writing.names_of(rows.iloc[near]).tolist()))
	_note(log, **_found(result), customers=int(rows["customer"].nunique()), rows_computed=len(rows))
	month = summary.last_observed(as_of).replace(day=1)
	rows = writing.rows_to_write(rows, result.figures)
	written = _write(log, rows, as_of, month, tell)
	writing.forget_older(as_of, month, len(rows))
	months.take(month, rows)
	_note(log, rows_changed=written.changed, class_changes=written.class_changes)


def _write(log: str, rows, as_of: date, month: date, tell) -> writing.Written:
	done_through, changed, class_changes = frappe.db.get_value(RUN, log, ["done_through", "rows_changed", "class_changes"])
	written, is_first = writing.Written(0, cint(changed), cint(class_changes)), not frappe.db.count(writing.VALUE)
	if done_through:
		rows = rows[rows["customer"] > done_through]

	def tell_customers(done: tuple) -> None:
		part, _so_far = done
		writing.tell_customers(part.rows)
		commit()

	def note(done: tuple) -> None:
		part, so_far = done
		how_far = {"done_through": part.rows["customer"].iloc[-1], "rows_changed": so_far.changed, "class_changes": so_far.class_changes}
		frappe.db.set_value(RUN, log, how_far, update_modified=False)
		tell(COMPUTED + (99 - COMPUTED) * so_far.rows / len(rows), WRITING)

	# Four at work: the next slice is made text while the database writes the one before, and the customers of the two before that are told.
	with beside(tell_customers, note) as also_tell:

		def write(part: writing.Slice) -> None:
			nonlocal written
			written += writing.write(part, as_of, month)
			commit()
			also_tell((part, replace(written)))

		for _done in ahead(write, (writing.prepare(part, as_of, is_first) for part in _slices(rows))):
			pass
	return written


def _slices(rows) -> Iterator:
	"""Parts of about `SLICE` rows, all rows of a customer in one of them."""
	customers, start = rows["customer"].to_numpy(), 0
	while start < len(rows):
		end = min(start + SLICE, len(rows))
		while end < len(rows) and customers[end] == customers[end - 1]:
			end += 1
		yield rows.iloc[start:end]
		start = end


def settings() -> Settings:
	return Settings(
		rate=flt(setting("interest_rate")) / 100,
		years=max(1, cint(setting("value_years"))),
		given_up_factor=flt(setting("never_returned_factor")) or Settings.given_up_factor,
		mature_from=cint(setting("mature_from_visits")),
		high_value_share=flt(setting("high_value_share")) / 100,
		at_risk_from=flt(setting("at_risk_from")) / 100,
		# At the whole of a cut nobody would change class any more.
		class_margin=min(flt(setting("class_margin")) / 100, MOST_MARGIN),
		abc_a_share=flt(setting("abc_a_percent")) / 100,
		abc_b_share=flt(setting("abc_b_percent")) / 100,
		usual_interval_days=flt(setting("usual_visit_interval_days")) or Settings.usual_interval_days,
	)


def _found(result: Evaluation) -> dict:
	found, chosen = result.findings, settings()
	visits, margins = found.visits, found.margins
	return {
		**({"bg_r": visits.r, "bg_alpha": visits.alpha, "bg_a": visits.a, "bg_b": visits.b} if visits else {}),
		**({"gg_p": margins.p, "gg_q": margins.q, "gg_v": margins.v} if margins else {}),
		"thin": found.thin, "interest_rate": chosen.rate * 100, "years": chosen.years,
		"usual_interval_days": found.rhythm.usual_days, "repurchase_rate": found.repurchase_rate,
		"value_cut": _finite(found.value_from), "risk_cut": found.risk_from * 100,
		"abc_a_from": _finite(found.abc.a_from), "abc_b_from": _finite(found.abc.b_from),
		"given_up_factor": chosen.given_up_factor, "mature_from": chosen.mature_from, "class_margin": chosen.class_margin * 100,
	}


def _finite(amount: float) -> float:
	"""0 where nobody reaches the class."""
	return amount if amount < float("inf") else 0


def _begin(as_of: date) -> str:
	"""A new run, or the one of this day that was stopped; one of an earlier day is closed."""
	stopped = frappe.get_all(RUN, {"status": RUNNING}, ["name", "as_of"], order_by="creation desc", limit_page_length=0)
	carried_on = next((row.name for row in stopped if getdate(row.as_of) == as_of), None)
	for row in stopped:
		if row.name != carried_on:
			_note(row.name, status=WITH_ERRORS, error="Stopped")
	if not carried_on:
		fresh = frappe.get_doc({"doctype": RUN, "as_of": as_of, "status": RUNNING, "started_on": now_datetime(), "started_by": frappe.session.user})
		fresh.flags.by_job = True
		carried_on = fresh.insert(ignore_permissions=True).name
	# What the caller wrote counts, too: the other connection reads what is committed.
	commit()
	return carried_on


def _note(log: str, **values) -> None:
	frappe.db.set_value(RUN, log, values)
	commit()


def _teller(log: str, tell: Callable[[float, str], None] | None) -> Callable[[float, str], None]:
	def say(percent: float, step: str) -> None:
		_note(log, progress_percent=percent, step=step)
		if tell:
			tell(percent, step)

	return say
