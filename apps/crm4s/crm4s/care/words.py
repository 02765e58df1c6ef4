"""Why somebody is contacted, in a sentence."""

from datetime import date, datetime
from functools import lru_cache

import frappe
from frappe import _
from frappe.utils import formatdate, get_user_date_format, getdate


def why(trigger: str, facts: dict, day: date | None = None) -> str:
	"""In the language of the current user; facts as a trigger gives them, or as JSON brings them back."""
	said = {name: _shown(name, value) for name, value in facts.items()}
	said["day"] = _written(day) if day else ""
	said.setdefault("date", said["day"])
	return _SENTENCES[trigger](said)


def _shown(name: str, value):
	if isinstance(value, (date, datetime)) or (name == "date" and value):
		return _written(getdate(value))
	return value


def _written(day: date) -> str:
	return _formatted(day, frappe.local.lang, get_user_date_format())


@lru_cache(maxsize=10_000)
def _formatted(day: date, _language: str, _pattern: str) -> str:
	"""The framework takes a third of a millisecond, and a run writes the same days over and over."""
	return formatdate(day)


def _birthday(facts: dict) -> str:
	if facts.get("lunar"):
		lunar = facts["lunar"] if (frappe.local.lang or "").startswith("zh") else facts["lunar_in_english"]
		return _("Birthday on {0}, {1}").format(facts["day"], lunar)
	return _("Birthday on {0}").format(facts["day"])


def _service(facts: dict) -> str:
	if facts.get("basis") == "Distance" and facts.get("kilometres"):
		return _("Service due about {0}, at {1} km").format(facts["date"], facts["kilometres"])
	return _("Service due on {0}").format(facts["date"])



def _consent(facts: dict) -> str:
	if facts.get("purpose"):
		return _("Consent to {0} was given on {1}").format(_(facts["purpose"]), facts["date"])
	return _("Consent to all purposes was given on {0}").format(facts["date"])


_SENTENCES = {
	"Birthday": _birthday,
	"Festival": lambda facts: _("{0} on {1}").format(_(facts["festival"]), facts["day"]),
	"Purchase Anniversary": lambda facts: _("{0} years with the car on {1}").format(facts["years"], facts["day"]),
	"First Service": lambda facts: _("First service due about {0}").format(facts["date"]),
	"Service Due": _service,
	"Insurance End": lambda facts: _("Insurance ends on {0}").format(facts["date"]),
	"Inspection Due": lambda facts: _("Inspection due on {0}").format(facts["day"]),
	"Warranty End": lambda facts: _("Warranty ends on {0}").format(facts["date"]),
	"Finance End": lambda facts: _("The last of {0} instalments on {1}").format(facts["months"], facts["day"]),
	"No Visit for Months": lambda facts: _("Not here for {0} months, last on {1}").format(facts["months"], facts["date"]),
	"No Visit in Own Rhythm": lambda facts: _("Not here for {0} days, usually every {1} days").format(facts["days"], facts["interval"]),
	"Churn Stage Reached": lambda facts: _("{0}: last here on {1}").format(_(facts["stage"]), facts["date"]),
	"After Delivery": lambda facts: _("Car delivered on {0}").format(facts["date"]),
	"After Visit": lambda facts: _("Visit settled on {0}").format(facts["date"]),
	"Waiting for Delivery": lambda facts: _("Waiting for the car for {0} days").format(facts["days"]),
	"Replacement Window": lambda facts: _("Drives the car for {0} months").format(facts["months"]),
	"Low Score": lambda facts: _("Survey answered with a score of {0} on {1}").format(facts["score"], facts["date"]),
	"Value Class Change": lambda facts: _("Value class changed from {0} to {1}").format(_(facts["before"] or ""), _(facts["after"] or "")),
	"Value Change": lambda facts: _("Value changed from {0} to {1}").format(_(facts["before"] or ""), _(facts["after"] or "")),
	"Points Expiry": lambda facts: _("{0} points expire on {1}").format(facts["points"], facts["date"]),
	"Coupon Expiry": lambda facts: _("Coupon {0} is valid until {1}").format(_(facts["offer"]), facts["date"]),
	"Recall": lambda facts: _("Recall {0}: {1}").format(facts["recall"], facts["title"]),
	"Phone Not Confirmed": lambda facts: _("Nobody confirmed the phone; the file is there since {0}").format(facts["date"]),
	"File Not Changed": lambda facts: _("Nobody wrote in the file for {0} months, last on {1}").format(facts["months"], facts["date"]),
	"No Reading for Months": lambda facts: _("No odometer reading for {0} months, last on {1}").format(facts["months"], facts["date"]),
	"Consent Is Old": _consent,
}
