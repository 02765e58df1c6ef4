"""What the forms and lists of segments, rules, offers and clubs call. Each asks for permission and does one thing."""

from hashlib import md5

import frappe
from frappe import _

from crm4s.access.chosen_stores import nodes_below
from crm4s.access.required import require_document, require_permission, require_store
from crm4s.access.store_of_customer import store_of_each
from crm4s.access.stores import stores_of
from crm4s.edge import plain_refusal
from crm4s.exceptions import SegmentError
from crm4s.membership import coupons
from crm4s.segments import catalogue, clubs, finding, lists, members
from crm4s.segments.members import MEMBER, SEGMENT
from crm4s.segments.preview import preview as preview_of

RULE, OFFER, COUPON = "C4S Care Rule", "C4S Coupon Offer", "C4S Coupon"
LONG_SECONDS = 60 * 60
MOST_AT_ONCE = 5_000


@frappe.whitelist()
def fields(of_rule: bool = False) -> list[dict]:
	"""What conditions can be about, for those who may read rules or segments."""
	require_permission(RULE if of_rule else SEGMENT, "read")
	return catalogue.entries((catalogue.CUSTOMER, catalogue.VEHICLE), everything=True) if of_rule else catalogue.entries()


@frappe.whitelist()
def values(txt: str = "", about: str = "", fieldname: str = "", of_rule: bool = False) -> list[dict]:
	"""What a condition may be compared with, for those who may read rules or segments."""
	require_permission(RULE if of_rule else SEGMENT, "read")
	return catalogue.suggestions(fieldname or "", about or "", txt or "")


@frappe.whitelist()
def preview(segment: str | dict) -> dict:
	"""Size and sample of a segment as it stands in the form, saved or not; for those who may write it there."""
	require_permission(SEGMENT, "write")
	asked = frappe._dict(frappe.parse_json(segment))
	document = frappe.get_doc({"doctype": SEGMENT, **{field: asked.get(field) for field in ("kind", "dealership", "filters")}})
	stores = stores_of()
	if stores is not None and document.dealership not in stores:
		frappe.throw(_("Say for which store or region the segment is."), frappe.PermissionError)
	finding.validate(document)
	return vars(preview_of(document))


@frappe.whitelist(methods=["POST"])
def refresh(segment: str) -> None:
	"""Bring the members up to date in the background, for those who may write the segment."""
	require_document(SEGMENT, segment, locking=False)
	_in_background("crm4s.segments.api.refresh_in_background", segment=segment)


def refresh_in_background(segment: str) -> None:
	"""As the user who asked for it, who sees how far it is."""
	counts = members.refresh(segment, _progress(_("Refreshing the segment")))
	frappe.publish_realtime("c4s_segment_refreshed", {"segment": segment, **vars(counts)}, user=frappe.session.user)


@frappe.whitelist(methods=["POST"])
def add_customers(segment: str, customers: str | list) -> dict:
	"""Put customers into a list, for those who may write it."""
	require_document(SEGMENT, segment)
	chosen = frappe.parse_json(customers)
	if len(chosen) > MOST_AT_ONCE:
		frappe.throw(_("At most {0} customers at once.").format(MOST_AT_ONCE), SegmentError)
	return vars(lists.add_chosen(segment, chosen))


@frappe.whitelist(methods=["POST"])
def add_sheet(segment: str, file: str) -> dict:
	"""Put those into a list who stand in a file that is attached to it, for those who may write it."""
	require_document(SEGMENT, segment)
	document = frappe.get_doc("File", file)
	if (document.attached_to_doctype, document.attached_to_name) != (SEGMENT, segment):
		frappe.throw(_("Attach the list first, and save."), SegmentError)
	content = document.get_content()
	with plain_refusal():
		return vars(lists.add_sheet(segment, document.file_name, content if isinstance(content, bytes) else content.encode()))


@frappe.whitelist(methods=["POST"])
def remove_members(names: str | list) -> int:
	"""Take members out of their lists, for those who may write these."""
	require_permission(SEGMENT, "write")
	chosen = frappe.parse_json(names)[:MOST_AT_ONCE]
	# Only whom the user sees.
	rows = frappe.get_list(MEMBER, {"name": ["in", chosen or [""]]}, ["name", "segment"], limit=MOST_AT_ONCE)
	for segment in {row.segment for row in rows}:
		require_document(SEGMENT, segment)
	return lists.remove_members([row.name for row in rows])


@frappe.whitelist(methods=["POST"])
def keep_as_list(segment: str, name: str) -> str:
	"""A new list with the members that the segment has now, for those who may write both."""
	require_document(SEGMENT, segment, locking=False)
	require_permission(SEGMENT, "create")
	return lists.keep_as_list(segment, name.strip())


@frappe.whitelist(methods=["POST"])
def give_coupons(offer: str, segment: str, dealership: str | None = None) -> int:
	"""A coupon of the offer for each member of the segment, in the background, for those who may give coupons to its customers; how many members.

	Args:
		dealership: the store that gives them; without it the store of each customer does.
	"""
	require_permission(COUPON, "create")
	require_permission(OFFER, "read", offer)
	document = require_document(SEGMENT, segment, locking=False)
	if dealership:
		require_store(dealership)
	elif document.dealership and not frappe.db.get_value("C4S Dealership", document.dealership, "is_group"):
		dealership = document.dealership
	coupons.validate_offered(offer)
	_in_background("crm4s.segments.api.give_in_background", offer=offer, segment=segment, dealership=dealership)
	return document.size or 0


def give_in_background(offer: str, segment: str, dealership: str | None = None) -> None:
	"""As the user who asked for it. Given again for the same segment, only who came into it since gets one."""
	key, given = f"segment|{segment}|{md5(offer.encode(), usedforsecurity=False).hexdigest()[:12]}|", 0
	tell = _progress(_("Giving coupons"))
	reason = frappe.db.get_value(SEGMENT, segment, "segment_name")
	for store, customers in _by_store(segment, dealership):
		given += coupons.give_to(offer, customers, key, store, reason=reason, commit=not frappe.flags.in_test, tell=tell)
	frappe.publish_realtime("c4s_coupons_given", {"offer": offer, "given": given}, user=frappe.session.user)


@frappe.whitelist()
def clubs_of(customer: str) -> list[dict]:
	"""The clubs that the customer is in, and those to join, for those who see the customer."""
	require_permission(clubs.MEMBER, "read")
	require_permission("C4S Customer", "read", customer)
	return clubs.clubs_of(customer)


@frappe.whitelist(methods=["POST"])
def join_club(club: str, customer: str) -> str:
	"""The customer joins from today on, for those who may enter members."""
	require_permission(clubs.MEMBER, "create")
	require_permission("C4S Customer", "read", customer)
	require_permission(clubs.CLUB, "read", club)
	return clubs.join(club, customer)


@frappe.whitelist(methods=["POST"])
def leave_club(member: str) -> None:
	"""Today is the last day, for those who may write the member."""
	require_permission(clubs.MEMBER, "write", member)
	clubs.leave(member)


def _by_store(segment: str, dealership: str | None) -> list[tuple[str, list[str]]]:
	names = members.members_of(segment).run(pluck=True)
	if dealership:
		return [(dealership, names)]
	node = frappe.db.get_value(SEGMENT, segment, "dealership")
	stores, wanted = {}, set(nodes_below(node)) if node else None
	for begin in range(0, len(names), MOST_AT_ONCE):
		for customer, store in store_of_each(names[begin : begin + MOST_AT_ONCE]).items():
			if wanted is None or store in wanted:
				stores.setdefault(store, []).append(customer)
	return sorted(stores.items())


def _in_background(method: str, **values) -> None:
	frappe.enqueue(method, queue="long", timeout=LONG_SECONDS, enqueue_after_commit=True, job_name=method, **values)


def _progress(title: str):
	return lambda done, of: frappe.publish_progress(100 * done / max(of, 1), title=title, description=f"{done} / {of}")
