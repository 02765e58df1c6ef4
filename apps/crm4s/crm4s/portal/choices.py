"""About what a customer may be written, and by which channel, as the customer decides it."""

from collections.abc import Mapping

import frappe
from frappe import _

from crm4s.messages import consent
from crm4s.messages.kinds import EVERY, MAIL, SMS, WECHAT, WECOM
from crm4s.messages.standing import GIVEN, WITHDRAWN, standing

PAGE, TEXT_VERSION = "/my/me/consent", "2026-11"
MEANS = "Portal"
# Others are no way to a customer who is not here, and what the own pages show needs no consent.
CHANNELS = (SMS, MAIL, WECOM, WECHAT)
LATEST = 40


def purposes() -> list[str]:
	"""Those that need consent, in the order of the settings."""
	return frappe.get_all("C4S Contact Purpose", {"needs_consent": 1, "enabled": 1}, pluck="name", order_by="sequence, name")


def channels_of(customer: str) -> list[str]:
	"""By what the customer can be reached, now or once a channel is switched on: text message and e-mail always, the others where an address is on file."""
	file = frappe.db.get_value("C4S Customer", customer, ["wecom_contact", "wechat_open_id"], as_dict=True)
	known = {SMS, MAIL, *([WECOM] if file.wecom_contact else []), *([WECHAT] if file.wechat_open_id else [])}
	return [kind for kind in CHANNELS if kind in known]


def given(customer: str) -> set[tuple[str, str]]:
	"""Pairs of purpose and channel for which a consent stands."""
	said = consent.decisions_of([customer]).get(customer, [])
	return {(purpose, kind) for purpose in purposes() for kind in channels_of(customer) if standing(said, purpose, kind) == GIVEN}


def decide(customer: str, wished: Mapping[tuple[str, str], bool]) -> int:
	"""Note what differs from what stands; how many decisions."""
	before = given(customer)
	changed = [(pair, yes) for pair, yes in wished.items() if yes != (pair in before)]
	consent.note([_decision(customer, GIVEN if yes else WITHDRAWN, *pair) for pair, yes in changed])
	return len(changed)


def withdraw_all(customer: str) -> None:
	consent.note([_decision(customer, WITHDRAWN, None, EVERY)])


def history(customer: str) -> list:
	"""The latest decisions first: decided_on, purpose, channel_kind, decision, means."""
	return frappe.get_all(consent.CONSENT, {"customer": customer}, ["decided_on", "purpose", "channel_kind", "decision", "means"], order_by="decided_on desc, creation desc, name", limit=LATEST)


def _decision(customer: str, decision: str, purpose: str | None, kind: str) -> consent.Decision:
	evidence = _("Ticked on {0}, text of {1}").format(PAGE, TEXT_VERSION)
	return consent.Decision(customer=customer, decision=decision, means=MEANS, purpose=purpose, channel_kind=kind, evidence=evidence, text_version=TEXT_VERSION)
