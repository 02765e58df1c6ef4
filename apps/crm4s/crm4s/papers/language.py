"""A sheet speaks the language of the customer who takes it home, unless whoever prints it chooses another."""

import frappe

LANGUAGES = ("zh", "en")
BEFORE = "c4s_language_before_printing"


def language_of(customer: str | None) -> str | None:
	"""The language that the customer speaks with us, as far as we speak it and somebody noted it."""
	language = customer and frappe.db.get_value("C4S Customer", customer, "language", cache=True)
	return language if language in LANGUAGES else None


def speak(language: str | None) -> None:
	"""Go on in this language, unless the request names one; of several sheets in a row each has its own."""
	before = frappe.flags.pop(BEFORE, None)
	if before:
		frappe.local.lang = before
	if language and not _chosen():
		frappe.flags[BEFORE] = frappe.local.lang
		frappe.local.lang = language


def _chosen() -> str | None:
	return frappe.form_dict.get("_lang") or frappe.form_dict.get("language")
