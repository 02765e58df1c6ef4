"""Links to the quotation and to the progress of the repair, sent through the customer's channels instead of being copied."""

import frappe
from frappe import _

from crm4s.exceptions import ApprovalError
from crm4s.messages import outbox
from crm4s.messages.kinds import TASK
from crm4s.messages.outlook import outlook
from crm4s.messages.purposes import way_of
from crm4s.service import links
from crm4s.settings import setting

TEMPLATES = {links.FOR_APPROVAL: "approval_template", links.FOR_STATUS: "status_template"}


def look_ahead(visit, purpose: str) -> dict:
	"""What would become of the message now: `channel` and `address`, or `until`, or `why_not` in one sentence."""
	wish = _wish(visit, purpose, "…")
	return outlook(wish) if wish else {"why_not": _no_way(visit)}


def send(visit, purpose: str) -> dict:
	"""Make a new link for a locked visit and let it be sent; an earlier one of this purpose ends. What `look_ahead` says, and `expires_on`.

	Raises:
		ApprovalError: there is nothing to send, or no way to send it.
	"""
	prospect = look_ahead(visit, purpose)
	if "why_not" in prospect:
		frappe.throw(_("It cannot be sent by message: {0}").format(prospect["why_not"]), ApprovalError)
	link = links.make(visit, purpose)
	outbox.queue([_wish(visit, purpose, link["url"], link["name"], link["expires_on"])])
	return {**prospect, "expires_on": link["expires_on"]}


def _wish(visit, purpose: str, url: str, link: str = "", expires_on=None) -> outbox.Wish | None:
	# A colleague on the telephone cannot read out a link.
	way = way_of(setting(TEMPLATES[purpose]), without=(TASK,)) if visit.customer else None
	return way and outbox.Wish(
		source_key=f"service-link:{link}",
		customer=visit.customer,
		purpose=way.purpose,
		channels=way.channels,
		template=way.template,
		values={"link": url},
		dealership=visit.dealership,
		vehicle=visit.vehicle,
		reference_doctype=links.LINK,
		reference_name=link,
		not_after=expires_on,
	)


def _no_way(visit) -> str:
	if not visit.customer:
		return _("The visit has no customer to write to.")
	return _("There is no template for it in CRM4S Settings, or it is switched off.")
