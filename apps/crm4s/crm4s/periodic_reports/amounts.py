"""What the key figures are made of, of the stores that the current user counts: for each source one query over an index of store and day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, flt
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.complaints.promises import is_resolution_due, is_response_due
from crm4s.leads.answered import is_due
from crm4s.satisfaction.read import EVERYTHING, RESPONSE, read_recommendations, read_scores


@dataclass(frozen=True)
class Source:
	"""Amounts out of one table: of the rows whose `day` lies in the period and that fulfil `only`, the sums of `terms`."""

	doctype: str
	day: str
	terms: Callable
	only: Callable | None = None


def read_amounts(first: date, last: date, dealership: str | None) -> dict[str, dict[str, float]]:
	"""By source its amounts; sources that the current user may not count are missing.

	Args:
		dealership: a node of the tree, which counts with all below it; None for all that the user works for.
	"""
	found = {name: _sums(source, first, last, dealership) for name, source in SOURCES.items() if _may_count(source.doctype)}
	if "comebacks" in found:
		found["comebacks"]["workshop_visits"] = found["visits"]["workshop_visits"]
	return found | (_satisfaction(first, last, dealership) if _may_count(RESPONSE) else {})


def _may_count(doctype: str) -> bool:
	return bool(frappe.has_permission(doctype, "report"))


def _sums(source: Source, first: date, last: date, dealership: str | None) -> dict[str, float]:
	table = frappe.qb.DocType(source.doctype)
	terms = source.terms(table)
	query = frappe.qb.from_(table).select(*terms.values()).where((table[source.day] >= first) & (table[source.day] < add_days(last, 1)))
	if source.only:
		query = query.where(source.only(table))
	row = keep_stores(query, table.dealership, dealership).run()[0]
	return {name: flt(amount) for name, amount in zip(terms, row, strict=True)}


def _satisfaction(first: date, last: date, dealership: str | None) -> dict[str, dict[str, float]]:
	found = {}
	for name, kind in (("ssi", "SSI"), ("csi", "CSI")):
		answers, mean = read_scores(_asked(first, last, dealership, kind), EVERYTHING, first, last).get("", (0, 0))
		found[name] = {"answers": answers, "score_sum": answers * flt(mean)}
	groups = read_recommendations(_asked(first, last, dealership), EVERYTHING, first, last)
	counts = groups.groupby("group")["answers"].sum()
	promoters, detractors = int(counts.get("Promoter", 0)), int(counts.get("Detractor", 0))
	return {**found, "nps": {"lead_of_promoters": promoters - detractors, "recommendations": int(counts.sum())}}


def _asked(first: date, last: date, dealership: str | None, kind: str | None = None):
	return frappe._dict(from_date=first, to_date=last, dealership=dealership, survey_kind=kind)


def _count(condition):
	return Sum(Case().when(condition, 1).else_(0))


def _sum(condition, field):
	return Sum(Case().when(condition, field).else_(0))


def _leads(lead) -> dict:
	return {
		"leads": Count("*"),
		"leads_in_time": _count(lead.response == "In Time"),
		"leads_due": _count(is_due(lead)),
	}


def _orders(deal) -> dict:
	return {"orders": _count(deal.status.isin(["Ordered", "Delivered"]))}


def _deliveries(deal) -> dict:
	delivered = deal.status == "Delivered"
	return {"deliveries": _count(delivered), "delivered_amount": _sum(delivered, deal.total_amount)}


def _visits(visit) -> dict:
	in_workshop = visit.visit_kind == "Workshop"
	return {
		"workshop_visits": _count(in_workshop),
		"workshop_amount": _sum(in_workshop, visit.total_amount),
		"service_amount": Sum(visit.total_amount),
	}


def _is_settled(visit):
	"""As the index of what was settled begins: nothing else of the visits is read."""
	return visit.status == "Settled"


def _is_comeback(visit):
	return _is_settled(visit) & (visit.visit_kind == "Workshop") & (visit.comeback_of > "")


def _appointments(appointment) -> dict:
	no_show = appointment.status == "No-Show"
	return {"appointments": Count("*"), "no_shows": _count(no_show), "kept_or_not": _count(no_show | (appointment.status == "Arrived"))}


def _complaints(complaint) -> dict:
	response_due, resolution_due = is_response_due(complaint), is_resolution_due(complaint)
	return {
		"complaints": Count("*"),
		"response_due": _count(response_due),
		"responded_in_time": _count(response_due & (complaint.responded_on <= complaint.respond_by)),
		"resolution_due": _count(resolution_due),
		"resolved_in_time": _count(resolution_due & (complaint.resolved_on <= complaint.resolve_by)),
		"reopened": _count(complaint.times_reopened > 0),
	}


def _contacts(contact) -> dict:
	now = frappe.utils.now_datetime()
	inbound = contact.direction == "Inbound"
	due = inbound & contact.due_on.isnotnull() & (contact.answered_on.isnotnull() | (contact.due_on < now))
	return {
		"inbound": _count(inbound),
		"missed": _count(inbound & (contact.missed == 1)),
		"contacts_due": _count(due),
		"answered_in_time": _count(due & (contact.answered_on <= contact.due_on)),
	}


# By source and amount the filters of the list of documents that it counts; of other amounts there is no list.
LISTS: dict[tuple[str, str], dict] = {
	("showroom", "visitors"): {},
	("leads", "leads"): {},
	("leads", "leads_in_time"): {"response": "In Time"},
	("test_drives", "test_drives"): {"status": "Done"},
	("orders", "orders"): {"status": ["in", ["Ordered", "Delivered"]]},
	("deliveries", "deliveries"): {"status": "Delivered"},
	("deliveries", "delivered_amount"): {"status": "Delivered"},
	("visits", "workshop_visits"): {"status": "Settled", "visit_kind": "Workshop"},
	("visits", "workshop_amount"): {"status": "Settled", "visit_kind": "Workshop"},
	("visits", "service_amount"): {"status": "Settled"},
	("comebacks", "comebacks"): {"status": "Settled", "visit_kind": "Workshop", "comeback_of": ["is", "set"]},
	("appointments", "appointments"): {},
	("appointments", "no_shows"): {"status": "No-Show"},
	("complaints", "complaints"): {},
	("complaints", "reopened"): {"times_reopened": [">", 0]},
	("contacts", "inbound"): {"direction": "Inbound"},
	("contacts", "missed"): {"direction": "Inbound", "missed": 1},
	("messages", "messages"): {},
	("messages", "message_cost"): {},
}


def list_behind(source: str, amount: str) -> dict | None:
	"""doctype, moment and filters of the list behind an amount, for the report's numbers."""
	if (source, amount) not in LISTS:
		return None
	return {"doctype": SOURCES[source].doctype, "moment": SOURCES[source].day, "filters": LISTS[(source, amount)]}


SOURCES: dict[str, Source] = {
	"showroom": Source("C4S Showroom Visit", "arrived_on", lambda visit: {"visitors": Count("*")}),
	"leads": Source("C4S Lead", "received_on", _leads),
	"test_drives": Source("C4S Test Drive", "planned_from", lambda drive: {"test_drives": _count(drive.status == "Done")}),
	"orders": Source("C4S Deal", "ordered_on", _orders),
	"deliveries": Source("C4S Deal", "delivered_on", _deliveries),
	"visits": Source("C4S Service Visit", "settled_on", _visits, _is_settled),
	"comebacks": Source("C4S Service Visit", "settled_on", lambda visit: {"comebacks": Count("*")}, _is_comeback),
	"appointments": Source("C4S Service Appointment", "planned_from", _appointments),
	"complaints": Source("C4S Complaint", "received_on", _complaints),
	"contacts": Source("C4S Interaction", "received_on", _contacts),
	"messages": Source("C4S Message", "sent_on", lambda message: {"messages": Count("*"), "message_cost": Sum(message.cost)}),
}
