"""Who is meant: the words by which one person is known, without those that are others' as well."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import frappe

from crm4s.edge import plain_refusal
from crm4s.identifiers.phone import format_phone_for_people, normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.identifiers.vin import normalise_vin
from crm4s.identity_numbers import keys_of, number_of
from crm4s.privacy.belongings import CUSTOMER, LEAD, documents_of, without_file
from crm4s.settings import setting

PHONE_ROW, PARTY, VEHICLE, ACCOUNT = "C4S Customer Phone", "C4S Vehicle Party", "C4S Vehicle", "C4S Portal Account"
MOST_FOUND = 20
# Shorter ones are words of everyday.
SHORTEST_WORD = 5
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Person:
	"""One person, as known before anything is erased.

	Attributes:
		customer: the file; None for somebody who never got one.
		found: type of document → names, of documents without a customer that are this person's.
		phones: E.164, those that nobody else has.
		words: e-mail addresses, document numbers and accounts that nobody else has.
		names: names; others may be called the same.
		users: users of the portal.
	"""

	customer: str | None
	found: dict[str, list[str]] = field(default_factory=dict)
	phones: list[str] = field(default_factory=list)
	words: list[str] = field(default_factory=list)
	names: list[str] = field(default_factory=list)
	users: list[str] = field(default_factory=list)

	def documents(self) -> dict[str, list[str]]:
		return documents_of(self.customer, self.found)

	def as_text(self) -> str:
		return json.dumps(asdict(self), ensure_ascii=False)


def from_text(text: str) -> Person:
	return Person(**json.loads(text))


def customers_known_as(text: str) -> list[str]:
	"""Files with exactly this phone, e-mail address, document number, VIN, user or number of the file; at most twenty."""
	wanted = (text or "").strip()
	if not wanted:
		return []
	found = {name for name in (*_by_phone(wanted), *_by_account(wanted), *_by_papers(wanted)) if name}
	return sorted(found)[:MOST_FOUND]


def person_of(customer: str) -> Person:
	"""The person of a file."""
	file = frappe.get_doc(CUSTOMER, customer)
	leads = _leads(customer)
	phones = {row.phone for row in file.phones} | {file.primary_phone} | {row.phone for row in leads}
	own = _own_phones(phones, customer)
	words = {file.email, file.wechat, file.wecom_contact, file.wechat_open_id, number_of(file), *(word for row in leads for word in (row.email, row.wechat))}
	return Person(
		customer,
		without_file(own),
		own,
		_own_words(words | _licences(customer), customer),
		_names([file.customer_name, *(row.lead_name for row in leads)]),
		frappe.get_all(ACCOUNT, {"customer": customer}, pluck="user"),
	)


def person_without_file(phone: str) -> Person:
	"""Somebody who only called or asked: known by a number that is no customer's.

	Raises:
		frappe.ValidationError: it is no phone number, or a customer's.
	"""
	with plain_refusal():
		number = normalise_phone(phone, setting("default_region"))
	own = _own_phones({number}, None)
	found = without_file(own)
	leads = frappe.get_all(LEAD, {"name": ["in", found.get(LEAD, []) or [""]]}, ["lead_name", "email", "wechat"])
	words = {word for row in leads for word in (row.email, row.wechat)}
	return Person(None, found, own, _own_words(words, None), _names(row.lead_name for row in leads))


def writings(person: Person) -> list[str]:
	"""All ways in which the person's own numbers and words are written in texts, the longest first."""
	region = setting("default_region")
	found = set(person.words)
	for phone in person.phones:
		grouped = format_phone_for_people(phone, region)
		home = "".join(sign for sign in grouped if sign.isdigit() or sign == "+")
		found.update((phone, grouped, grouped.replace(" ", "-"), home, phone.removeprefix("+")))
	return sorted(found, key=lambda word: (-len(word), word))


def _by_phone(text: str) -> list[str]:
	phone = value_or_none(normalise_phone, text, setting("default_region"))
	return frappe.get_all(PHONE_ROW, {"phone": phone, "parenttype": CUSTOMER}, pluck="parent", distinct=True, limit=MOST_FOUND, order_by=None) if phone else []


def _by_account(text: str) -> list[str]:
	found = frappe.get_all(CUSTOMER, {"name": text}, pluck="name")
	if "@" in text:
		found += frappe.get_all(CUSTOMER, {"email": text.lower()}, pluck="name", limit=MOST_FOUND)
		found += frappe.get_all(ACCOUNT, {"user": text}, pluck="customer")
	return found


def _by_papers(text: str) -> list[str]:
	keys = keys_of(text)
	found = frappe.get_all(CUSTOMER, {"identity_key": ["in", keys]}, pluck="name", limit=MOST_FOUND) if keys else []
	if vin := value_or_none(normalise_vin, text):
		cars = frappe.get_all(VEHICLE, {"vin": vin}, pluck="name")
		found += frappe.get_all(PARTY, {"parent": ["in", cars or [""]], "parenttype": VEHICLE}, pluck="customer", distinct=True, order_by=None)
	return found


def _leads(customer: str) -> list:
	return frappe.get_all(LEAD, {"customer": customer}, ["name", "lead_name", "phone", "email", "wechat"])


def _licences(customer: str) -> set[str]:
	return {
		number
		for doctype in ("C4S Test Drive", "C4S Car Rental")
		for number in frappe.get_all(doctype, {"customer": customer, "licence_number": ["is", "set"]}, pluck="licence_number")
	}


def _own_phones(phones: Iterable[str | None], customer: str | None) -> list[str]:
	"""Those that no other customer and no other's lead has: a number of a household stays with the others."""
	wanted = sorted({phone for phone in phones if phone})
	others = {"phone": ["in", wanted or [""]], "parenttype": CUSTOMER, "parent": ["!=", customer or ""]}
	shared = set(frappe.get_all(PHONE_ROW, others, pluck="phone", distinct=True, order_by=None))
	leads = {"phone": ["in", wanted or [""]], "customer": ["not in", ["", customer or ""]]}
	shared.update(frappe.get_all(LEAD, leads, pluck="phone", distinct=True, order_by=None))
	return [phone for phone in wanted if phone not in shared]


def _own_words(words: Iterable[str | None], customer: str | None) -> list[str]:
	wanted = sorted({word for word in words if word and len(word) >= SHORTEST_WORD})
	others = [CUSTOMER, "name", "!=", customer or ""]
	shared: set[str] = set()
	for column in ("email", "wechat"):
		shared.update(frappe.get_all(CUSTOMER, [others, [CUSTOMER, column, "in", wanted or [""]]], pluck=column, order_by=None))
	return [word for word in wanted if word not in shared]


def _names(names: Iterable[str | None]) -> list[str]:
	return sorted({name for name in names if name and len(name) >= SHORTEST_NAME})
