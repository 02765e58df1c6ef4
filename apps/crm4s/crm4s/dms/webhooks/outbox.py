"""Deliveries out of the change feed: the next one of an endpoint, what is sent again, what it says."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import frappe
from frappe.utils import add_days, cint, now_datetime

from crm4s.acting import acting_as
from crm4s.change_feed.reading import read
from crm4s.change_feed.sequencing import head
from crm4s.dms import feed
from crm4s.dms.contract.outgoing import OUTGOING
from crm4s.dms.links import LINK, Link, link_of
from crm4s.dms.webhooks.decision import DELIVERED, WAITING
from crm4s.runs import commit

ENDPOINT, DELIVERY = "C4S DMS Endpoint", "C4S DMS Delivery"
PAGES_OF_ONE_LOOK = 20


@contextmanager
def as_link(link: Link) -> Iterator[None]:
	"""The block runs as the link's user, with that user's rights and no others."""
	with acting_as(link.user):
		yield


def link_of_endpoint(endpoint) -> Link | None:
	"""The link while it may get anything: it is switched on, and so is its user."""
	user = frappe.db.get_value(LINK, {"name": endpoint.link, "enabled": 1}, "user")
	return link_of(user) if user and frappe.db.get_value("User", user, "enabled") else None


def doctypes_of(endpoint, link: Link) -> list[str]:
	"""What the endpoint is told of: what the link gets, and of that what the endpoint wants."""
	chosen = {row.entity for row in endpoint.entities}
	return [one.doctype for one in OUTGOING.values() if one.title in link.gives_out and (not chosen or one.title in chosen)]


def next_delivery(endpoint, link: Link):
	"""The delivery whose turn it is: the oldest that waits, else one made of what stands in the feed; None where there is nothing.

	Made together with the note of how far the endpoint is told; the caller commits both.
	"""
	waiting = frappe.get_all(DELIVERY, {"endpoint": endpoint.name, "status": WAITING}, pluck="name", order_by="first_position, creation", limit=1)
	if waiting:
		return frappe.get_doc(DELIVERY, waiting[0])
	position, limit = cint(frappe.db.get_value(ENDPOINT, endpoint.name, "position")), endpoint.changes_of_one_delivery
	for _page in range(PAGES_OF_ONE_LOOK):
		rows, last, more = read(doctypes_of(endpoint, link), position, limit)
		concerns = bool(_entries(link, rows))
		frappe.db.set_value(ENDPOINT, endpoint.name, "position", last, update_modified=False)
		if concerns:
			return _made(endpoint.name, rows[0].position, last)
		if not more:
			return None
		position = last
	return None


def send_again(endpoint: str, first: int, last: int) -> int:
	"""Deliveries for a range of positions, whether or not it was delivered before; how many.

	They are told before newer changes; a record is given as it is when it is sent.
	"""
	document, count = frappe.get_doc(ENDPOINT, endpoint), 0
	link, position, last = link_of_endpoint(document), max(first - 1, 0), min(last, cint(document.position), head())
	while link and position < last:
		rows, position, _more = read(doctypes_of(document, link), position, document.changes_of_one_delivery, last)
		if rows:
			_made(endpoint, rows[0].position, rows[-1].position, is_repeat=1)
			count += 1
	return count


def remove_old() -> int:
	"""Every night: deliveries that were taken are kept as long as the link keeps its log; how many go. Dead ones stay for a person."""
	count, delivery = 0, frappe.qb.DocType(DELIVERY)
	for endpoint, link in frappe.get_all(ENDPOINT, fields=["name", "link"], as_list=True, limit_page_length=0):
		days = cint(frappe.db.get_value(LINK, link, "keep_log_days"))
		which = (delivery.endpoint == endpoint) & (delivery.status == DELIVERED) & (delivery.delivered_on < add_days(now_datetime(), -days))
		names = frappe.qb.from_(delivery).select(delivery.name).where(which).run(pluck=True) if days else []
		if names:
			frappe.db.delete(DELIVERY, {"name": ["in", names]})
			commit()
		count += len(names)
	return count


def body_of(endpoint, link: Link, delivery) -> bytes | None:
	"""What a delivery says, composed as things are now; None where nothing of it concerns the link any more."""
	rows, _last, _more = read(doctypes_of(endpoint, link), delivery.first_position - 1, endpoint.changes_of_one_delivery, delivery.last_position)
	entries = _entries(link, rows)
	if not entries:
		return None
	said = {"type": "changes", "delivery": delivery.name, "is_repeat": bool(delivery.is_repeat), "entries": entries}
	return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(link: Link, rows: Sequence) -> list[dict]:
	with as_link(link):
		return feed.entries_of(link, rows)


def _made(endpoint: str, first: int, last: int, is_repeat: int = 0):
	values = {"endpoint": endpoint, "status": WAITING, "first_position": first, "last_position": last, "is_repeat": is_repeat, "next_attempt_on": now_datetime()}
	return frappe.get_doc({"doctype": DELIVERY, **values}).insert(ignore_permissions=True)
