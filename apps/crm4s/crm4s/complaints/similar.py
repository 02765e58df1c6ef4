"""Complaints like this one, lately, among those that the reader may see: of the same model, about the same work, after the same technician's work."""

from collections import Counter
from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import add_days, cint, now_datetime

from crm4s.settings import setting

COMPLAINT, CAR, ITEM, JOB, RESOURCE = "C4S Complaint", "C4S Vehicle", "C4S Service Item", "C4S Repair Job", "C4S Resource"
MODEL, WORK, TECHNICIAN = "model", "work", "technician"
# Of a large group the newest; who looks for more filters the list.
MOST_READ, LISTED = 2_000, 20
FIELDS = ["name", "subject", "category", "status", "received_on", "vehicle", "service_visit", "cause"]


def similar_to(complaint) -> dict:
	"""What is alike within the days of the settings; a handful of queries.

	Returns:
		days; `counts`: per kind (model, work, technician) the label and the number of others, how many of them of the same category; `rows`: the
		newest, each with the kinds in which it is alike.
	"""
	days = cint(setting("similar_complaints_days"))
	since = add_days(now_datetime(), -days)
	others = frappe.get_list(
		COMPLAINT, {"received_on": [">=", since], "name": ["!=", complaint.name or ""]}, FIELDS, order_by="received_on desc", limit_page_length=MOST_READ
	)
	own = {"name": complaint.name, "vehicle": complaint.vehicle, "service_visit": complaint.service_visit}
	marks = _marks([own, *others])
	mine = marks[0]
	counts, rows = [], []
	for kind in (MODEL, WORK, TECHNICIAN):
		for label in sorted(mine[kind]):
			alike = [row for row, mark in zip(others, marks[1:], strict=True) if label in mark[kind]]
			same = sum(bool(complaint.category) and row.category == complaint.category for row in alike)
			named = frappe.get_cached_value("C4S Vehicle Model", label, "model_title") if kind == MODEL else label
			counts.append({"kind": kind, "label": named, "count": len(alike), "same_category": same})
	for row, mark in zip(others, marks[1:], strict=True):
		alike = [kind for kind in (MODEL, WORK, TECHNICIAN) if mine[kind] & mark[kind]]
		if alike:
			rows.append({**row, "alike": alike, "same_category": bool(complaint.category) and row.category == complaint.category})
	rows.sort(key=lambda row: (not row["same_category"], -len(row["alike"])))
	return {"days": days, "counts": counts, "rows": rows[:LISTED], "more": max(0, len(rows) - LISTED), "causes": Counter(row["cause"] for row in rows if row["cause"]).most_common(3)}


def _marks(complaints: Sequence[Mapping]) -> list[dict[str, set[str]]]:
	models = _models({row["vehicle"] for row in complaints if row["vehicle"]})
	visits = {row["service_visit"] for row in complaints if row["service_visit"]}
	work, technicians = _work(visits), _technicians(visits)
	nothing: set[str] = set()
	return [
		{
			MODEL: models.get(row["vehicle"], nothing),
			WORK: work.get(row["service_visit"], nothing),
			TECHNICIAN: technicians.get(row["service_visit"], nothing),
		}
		for row in complaints
	]


def _models(cars: set[str]) -> dict[str, set[str]]:
	rows = frappe.get_all(CAR, {"name": ["in", list(cars) or [""]]}, ["name", "model"])
	return {row.name: {row.model} for row in rows if row.model}


def _work(visits: set[str]) -> dict[str, set[str]]:
	filters = {"parenttype": "C4S Service Visit", "parent": ["in", list(visits) or [""]], "approval": ["!=", "Declined"]}
	found: dict[str, set[str]] = {}
	for row in frappe.get_all(ITEM, filters, ["parent", "item_name"]):
		if row.item_name:
			found.setdefault(row.parent, set()).add(row.item_name)
	return found


def _technicians(visits: set[str]) -> dict[str, set[str]]:
	job, resource = frappe.qb.DocType(JOB), frappe.qb.DocType(RESOURCE)
	query = frappe.qb.from_(job).join(resource).on(resource.name == job.technician).select(job.service_visit, resource.resource_name).distinct()
	found: dict[str, set[str]] = {}
	for visit, technician in query.where(job.service_visit.isin(list(visits) or [""]) & (job.status != "Cancelled")).run():
		found.setdefault(visit, set()).add(technician)
	return found
