"""How the team works: what one hands to another in time, who learns, and what of the plan was done."""

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from crm4s.access.stores import DEALERSHIP
from crm4s.scorecard.counting import Amounts, Window, count, stores

INTERACTION, COMPLAINT, LEAD = "C4S Interaction", "C4S Complaint", "C4S Lead"
TRAINING, PLAN = "C4S Training Record", "C4S Work Plan"
PASSED = "Passed"


def hand_overs_due(window: Window) -> Amounts:
	"""Work that one gave to another with a time by which to take it up: contacts routed to a department, complaints to be answered, leads assigned."""
	return _handed(window, lambda table, due, done: table[done].isnotnull() | (table[due] < now_datetime()))


def hand_overs_in_time(window: Window) -> Amounts:
	return _handed(window, lambda table, due, done: table[done] <= table[due])


def _handed(window: Window, where) -> Amounts:
	work = ((INTERACTION, "due_on", "answered_on", "handler"), (COMPLAINT, "respond_by", "responded_on", "handler"), (LEAD, "respond_by", "responded_on", "sales_consultant"))
	return [row for doctype, due, done, person in work for row in count(doctype, window, due, person=person, where=lambda table: where(table, due, done))]


def staff(window: Window) -> Amounts:
	"""Enabled users who are assigned to the node itself, as they are today."""
	user, permission = frappe.qb.DocType("User"), frappe.qb.DocType("User Permission")
	query = _staff(user, permission).groupby(permission.for_value)
	return [(store, "", float(number)) for store, number in query.select(permission.for_value, Count(user.name).distinct()).run()]


def staff_trained(window: Window) -> Amounts:
	"""Those of them who passed a training in the window."""
	user, permission, training = frappe.qb.DocType("User"), frappe.qb.DocType("User Permission"), frappe.qb.DocType(TRAINING)
	passed = (training.person == user.name) & (training.dealership == permission.for_value) & (training.result == PASSED)
	query = _staff(user, permission).join(training).on(passed & (training.trained_on >= window.start) & (training.trained_on < window.end))
	return [(store, "", float(number)) for store, number in query.groupby(permission.for_value).select(permission.for_value, Count(user.name).distinct()).run()]


def _staff(user, permission):
	assigned = (permission.user == user.name) & (permission.allow == DEALERSHIP) & permission.for_value.isin(stores())
	return frappe.qb.from_(user).join(permission).on(assigned).where((user.enabled == 1) & (user.user_type == "System User"))


def work_planned(window: Window) -> Amounts:
	return count(PLAN, window, "month", person="person", amount=lambda plan: plan.planned_items)


def work_done(window: Window) -> Amounts:
	"""Each plan's items as far as they are done, a half-done one as a half."""
	return count(PLAN, window, "month", person="person", amount=lambda plan: plan.planned_items * plan.done_percent / 100)
