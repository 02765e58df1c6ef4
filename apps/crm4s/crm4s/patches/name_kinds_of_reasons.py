"""Suppressed messages of before told the reason in a sentence only, in English or Chinese: its kind is found by the sentence once, and kept."""

import frappe
from frappe import _

from crm4s.messages.decision import CONSENT_WITHDRAWN, FILE_CLOSED, KINDS_OF_REASONS, NO_ADDRESS, NO_CONSENT, NO_WAY, ON_SUPPRESSION_LIST, OPEN_COMPLAINT, SWITCHED_OFF, TOO_LATE, TOO_MANY
from crm4s.messages.outbox import MESSAGE, SUPPRESSED

SENTENCES = {
	CONSENT_WITHDRAWN: "{channel}: the customer has withdrawn the consent.",
	NO_CONSENT: "{channel}: the customer has given no consent.",
	ON_SUPPRESSION_LIST: "{channel}: the address is on the suppression list.",
	OPEN_COMPLAINT: "The customer has an open complaint.",
	TOO_MANY: "The customer had as many messages as we send within {days} days.",
	TOO_LATE: "It could not be sent in time.",
	NO_ADDRESS: "{channel}: the customer has no address for it.",
	NO_WAY: "{channel}: no such channel is switched on.",
	SWITCHED_OFF: "The purpose or the template is switched off.",
	FILE_CLOSED: "The customer's file is closed.",
}


def execute() -> None:
	message = frappe.qb.DocType(MESSAGE)
	for kind in filter(SENTENCES.get, KINDS_OF_REASONS):
		for language in ("en", "zh"):
			# Between its values, of which the longest part is the sentence's own.
			own = max(_(SENTENCES[kind], language).replace("{days}", "{channel}").split("{channel}"), key=len).strip(":： ")
			found = (message.status == SUPPRESSED) & message.reason_kind.isnull() & (frappe.qb.functions("instr", message.reason, own) > 0)
			frappe.qb.update(message).set(message.reason_kind, kind).where(found).run()
