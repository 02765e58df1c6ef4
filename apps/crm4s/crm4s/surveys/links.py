"""The link of an invitation. Its token is the invitation's name with an HMAC of it by the site's key: stored nowhere, it can be made again for the reminder."""

import frappe
from frappe import _
from frappe.utils import get_datetime, get_url, now_datetime

from crm4s.exceptions import LinkRefusedError
from crm4s.guessing import note_wrong_link, refuse_guessing
from crm4s.tokens import is_same, signature_of

INVITATION = "C4S Survey Invitation"
PATH = "survey"
LONGEST_TOKEN = 80
ANSWERED, EXPIRED, WITHDRAWN = "Answered", "Expired", "Withdrawn"


class AnsweredError(LinkRefusedError):
	"""It was answered already, which is a thank-you and no fault."""


def link_of(invitation: str) -> str:
	return get_url(f"/{PATH}?t={token_of(invitation)}")


def token_of(invitation: str) -> str:
	return f"{invitation}.{signature_of(f'{PATH}:{invitation}')}"


def invitation_of(token: str | None):
	"""The invitation of a token, whether or not it can still be answered.

	Raises:
		LinkRefusedError: nobody made this token; too many wrong ones from this address.
	"""
	refuse_guessing()
	name = _name_in(token)
	if not name or not frappe.db.exists(INVITATION, name):
		note_wrong_link()
		frappe.throw(_("This link is not known. Please open it again from the message."), LinkRefusedError)
	return frappe.get_doc(INVITATION, name)


def refuse_ended(invitation) -> None:
	"""
	Raises:
		AnsweredError: it was answered.
		LinkRefusedError: it was withdrawn, or its time is over.
	"""
	if invitation.status == ANSWERED:
		frappe.throw(_("You have answered already. Thank you very much!"), AnsweredError)
	if invitation.status == WITHDRAWN:
		frappe.throw(_("This survey is closed. Thank you for your interest."), LinkRefusedError)
	if invitation.status == EXPIRED or get_datetime(invitation.expires_on) < now_datetime():
		frappe.throw(_("The time to answer this survey is over. Thank you for your interest."), LinkRefusedError)


def _name_in(token: str | None) -> str | None:
	if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
		return None
	name = token.rpartition(".")[0]
	return name if name and is_same(token_of(name), token) else None
