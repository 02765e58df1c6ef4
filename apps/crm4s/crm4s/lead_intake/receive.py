"""The one door for leads: a new lead, one more word of an open lead, or a quarantined one with its reason. Nothing twice, nothing lost."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, get_datetime, now_datetime, strip_html

from crm4s.exceptions import DuplicateLeadError
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.edge import sentence
from crm4s.lead_intake.quarantine import keep
from crm4s.leads.joining import LEAD, find_open, open_key
from crm4s.settings import setting

CREATED, JOINED, KNOWN, QUARANTINED = "Created", "Joined", "Known", "Quarantined"
FACTS = frozenset(
	{
		*("lead_name", "phone", "email", "wechat", "dealership", "source", "interested_model", "grade", "purchase_kind", "purpose", "customer"),
		*("budget_from", "budget", "payment_method", "expected_purchase_on", "current_car", "wants_trade_in", "needs", "received_on"),
		"contact_consent_on",
	}
)
# What the customer says again is written where nothing stands yet.
MISSING_FACTS = (
	"email", "wechat", "interested_model", "purchase_kind", "purpose", "budget_from", "budget", "payment_method", "expected_purchase_on",
	"current_car", "needs", "customer", "contact_consent_on",
)
LINKS = ("dealership", "source", "interested_model", "grade")
CHANNELS = {"Phone": "Phone", "Showroom": "Showroom Visit"}


class BadLeadError(frappe.ValidationError):
	"""The facts cannot become a lead; the message says why."""


@dataclass(frozen=True)
class Result:
	"""`outcome` is Created, Joined, Known or Quarantined; `reason` only for the last."""

	outcome: str
	lead: str | None = None
	quarantined: str | None = None
	reason: str | None = None

	def as_dict(self) -> dict:
		return asdict(self)


def receive(
	facts: Mapping[str, Any], source: str | None, external_key: str | None = None, payload: Any = None, mapping: str | None = None
) -> Result:
	"""Take a lead that arrived from somewhere, with the system's rights: who may send is the caller's question.

	Args:
		facts: fields of C4S Lead by name (those in FACTS), as texts or values.
		source: a C4S Source, unless the facts name one.
		external_key: "system:number"; the same key is taken once, however often it is sent, and at the same moment as well.
		payload: what was sent, kept if the lead goes to quarantine.
	Returns:
		Created, Joined (an open lead of the same phone and store got a word more), Known (the key was taken before), or Quarantined.
	"""
	known = find_by_key(external_key)
	if known:
		return known
	values = {field: value for field, value in facts.items() if field in FACTS and value not in (None, "")}
	values.setdefault("source", source)
	frappe.db.savepoint("lead_intake")
	try:
		return _take(_checked(values), external_key)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		# The same key at the same moment: the other one took it.
		frappe.db.rollback(save_point="lead_intake")
		known = find_by_key(external_key, latest=True)
		if not known:
			raise
		frappe.clear_last_message()
		return known
	except (frappe.ValidationError, frappe.DoesNotExistError) as error:
		frappe.db.rollback(save_point="lead_intake")
		reason = _plain(error)
		frappe.clear_last_message()
		return _quarantine(values, source, external_key, payload, mapping, reason)


def find_by_key(external_key: str | None, latest: bool = False) -> Result | None:
	"""What became of this key before; a quarantined lead that was solved is known by its lead."""
	if not external_key:
		return None
	lead = frappe.db.get_value(LEAD, {"external_key": external_key}, for_update=latest)
	lead = lead or frappe.db.get_value("C4S Lead Contact", {"external_key": external_key}, "parent", for_update=latest)
	if lead:
		return Result(KNOWN, lead)
	row = frappe.db.get_value(
		"C4S Quarantined Lead", {"external_key": external_key}, ["name", "lead", "reason", "status"], as_dict=True, for_update=latest
	)
	if not row:
		return None
	return Result(KNOWN, row.lead) if row.lead else Result(QUARANTINED, None, row.name, row.reason)


def _take(values: dict, external_key: str | None) -> Result:
	twin = find_open(open_key(values["dealership"], values.get("phone")))
	if twin:
		return _join(twin.name, values, external_key)
	lead = frappe.get_doc({"doctype": LEAD, "status": "Open", **values})
	lead.external_key = external_key
	try:
		lead.insert(ignore_permissions=True)
	except DuplicateLeadError:
		# Somebody was faster by less than a transaction.
		frappe.clear_last_message()
		frappe.db.rollback(save_point="lead_intake")
		twin = find_open(open_key(values["dealership"], values.get("phone")), latest=True)
		return _join(twin.name, values, external_key)
	return Result(CREATED, lead.name)


def _join(name: str, values: dict, external_key: str | None) -> Result:
	"""One more row in the contact log of the open lead, and the facts that it was missing; what stands there stays."""
	# Locked, and past the transaction's snapshot: it may be younger than that.
	lead = frappe.get_doc(LEAD, name, for_update=True)
	if external_key and external_key in (lead.external_key, *[row.external_key for row in lead.contacts]):
		# The same delivery at the same moment: the other one took it.
		return Result(KNOWN, lead.name)
	for field in MISSING_FACTS:
		if values.get(field) and not lead.get(field):
			lead.set(field, values[field])
	model = values.get("interested_model")
	if model and model not in (lead.interested_model, *[row.model for row in lead.other_models]):
		lead.append("other_models", {"model": model})
	lead.append("contacts", _asked_again(lead, values, external_key))
	lead.save(ignore_permissions=True)
	return Result(JOINED, lead.name)


def _asked_again(lead, values: dict, external_key: str | None) -> dict:
	source = values["source"]
	channel = frappe.get_cached_value("C4S Source", source, "channel")
	summary = _("Asked again by {0}").format(_(source))
	if values.get("needs"):
		summary = f"{summary}: {values['needs']}"
	moment = max(now_datetime(), get_datetime(lead.received_on)).replace(microsecond=0)
	return {
		**{"contacted_on": moment, "channel": CHANNELS.get(channel, "Web"), "summary": summary, "inbound": 1},
		**{"contacted_by": None, "external_key": external_key},
	}


def _checked(values: dict) -> dict:
	"""The facts with the phone as it is kept and every link found; what is wrong is named.

	Raises:
		BadLeadError
	"""
	values = dict(values)
	values["dealership"] = values.get("dealership") or setting("lead_mail_dealership")
	for field in LINKS:
		_require_link(values, field)
	values["lead_name"] = cstr(values.get("lead_name")).strip() or _name_from(values)
	values["received_on"] = _moment(values.get("received_on"))
	if values.get("phone"):
		try:
			values["phone"] = normalise_phone(cstr(values["phone"]), setting("default_region") or "CN")
		except Problem as problem:
			raise BadLeadError(sentence(problem)) from problem
	return values


def _require_link(values: dict, field: str) -> None:
	label = _(frappe.get_meta(LEAD).get_label(field))
	target = frappe.get_meta(LEAD).get_field(field).options
	value = values.get(field)
	if not value:
		if field in ("dealership", "source"):
			raise BadLeadError(_("{0} is missing.").format(label))
		return
	found = frappe.db.exists(target, value)
	if not found or (field == "dealership" and frappe.db.get_value(target, value, "is_group")):
		raise BadLeadError(_("{0} {1} is not known here.").format(label, escape_html(cstr(value))))


def _moment(value: Any):
	if not value:
		return now_datetime()
	try:
		moment = get_datetime(value).replace(tzinfo=None)
	except Exception as error:
		raise BadLeadError(_("{0} is no date and time.").format(escape_html(cstr(value)))) from error
	if moment > now_datetime():
		raise BadLeadError(_("The lead was received in the future, on {0}.").format(escape_html(cstr(value))))
	return moment


def _name_from(values: dict) -> str:
	if values.get("email"):
		return cstr(values["email"]).split("@")[0]
	return _("Unknown Name")


def _quarantine(values: dict, source, external_key, payload, mapping, reason: str) -> Result:
	name = keep(values, source, external_key, payload, mapping, reason)
	return Result(QUARANTINED, None, name, reason)


def _plain(error: Exception) -> str:
	"""The sentence without markup; Frappe's own errors may carry the text in their message only."""
	return strip_html(cstr(error)) or _("The lead could not be saved.")
