"""Posts of owner clubs: who writes and reads them, publishing, refusing, reporting."""

import json

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from crm4s.access.required import require_permission
from crm4s.segments.clubs import CLUB, MEMBER

POST = "C4S Club Post"
WAITING, PUBLISHED, REFUSED = "Waiting for Review", "Published", "Refused"
MOST_AT_ONCE = 200


def is_member(club: str, customer: str) -> bool:
	"""Whether the customer is in the club today."""
	until = frappe.db.get_value(MEMBER, {"club": club, "customer": customer}, ["name", "until"], as_dict=True)
	return bool(until) and not (until.until and getdate(until.until) < getdate(nowdate()))


@frappe.whitelist(methods=["POST"])
def publish(posts: list | str) -> int:
	"""Let the other members read these posts; how many became public. For those who may write each of them."""
	require_permission(POST, "write")
	return _decide(posts, PUBLISHED, None)


@frappe.whitelist(methods=["POST"])
def refuse(posts: list | str, reason: str) -> int:
	"""Keep these posts from the other members, also published ones, and say why to the author. For those who may write each of them."""
	require_permission(POST, "write")
	if not (reason or "").strip():
		frappe.throw(_("Say why the post is refused; its author reads it."), frappe.MandatoryError)
	return _decide(posts, REFUSED, reason.strip())


def report(post: str, customer: str) -> bool:
	"""A member finds that a post should not be there; False where he or she said so before. Whether the customer may read it is the caller's question."""
	document = frappe.get_doc(POST, post, for_update=True)
	known = (document.reported_by or "").split("\n")
	if customer in known:
		return False
	document.update({"reports": (document.reports or 0) + 1, "reported_by": "\n".join([*filter(None, known), customer])})
	document.save_facts()
	return True


def moderator_of(club: str) -> str | None:
	return frappe.db.get_value(CLUB, club, "moderator")


def _decide(posts: list | str, status: str, reason: str | None) -> int:
	names = json.loads(posts) if isinstance(posts, str) else posts
	if len(names) > MOST_AT_ONCE:
		frappe.throw(_("At most {0} posts at once.").format(MOST_AT_ONCE))
	changed = 0
	for name in names:
		document = frappe.get_doc(POST, name, for_update=True)
		require_permission(POST, "write", name)
		if (document.status, document.reason) == (status, reason):
			continue
		document.update({"status": status, "reason": reason, "decided_on": now_datetime(), "decided_by": frappe.session.user})
		document.save_facts()
		changed += 1
	return changed
