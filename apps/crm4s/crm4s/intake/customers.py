"""Customers with their phones, and the stores to which they belong.

What C4SCustomer.validate does to one document is done here to a chunk, in the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import escape_html

from crm4s.access.customers import CUSTOMER, RELATIONSHIP, customer_condition
from crm4s.calendars.lunar import LunarDate, describe_lunar_day, to_solar, validate_lunar_birthday
from crm4s.crm4s.doctype.c4s_customer.c4s_customer import CLASSIFICATION_FIELDS, FIRST_STAGE, VALUE_FIELDS, erased, merged_into
from crm4s.edge import sentence
from crm4s.exceptions import InvalidIdentifierError
from crm4s.data_quality.completeness import percent_of
from crm4s.identifiers.identity_document import RESIDENT_IDENTITY_CARD, resident_card_facts
from crm4s.identifiers.masking import mask_name, mask_phone
from crm4s.identifiers.person_name import normalise_name
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.identity_numbers import kept_columns, number_of
from crm4s.intake import rules
from crm4s.intake.facts import write_service_facts
from crm4s.intake.plan import Intake, Plan
from crm4s.intake.reach import refuse_groups, refuse_other_stores
from crm4s.intake.records import KEY, Refused
from crm4s.intake.relationships import relate
from crm4s.intake.result import Outcome
from crm4s.intake.values import as_date
from crm4s.rows.writer import Writes, read_rows
from crm4s.settings import setting

CONTACT = "C4S Organisation Contact"
SERVICE_FACTS = {"service_count": 0, "last_visit_on": None, "average_visit_interval_days": 0, "total_spent": 0.0}
DERIVED = frozenset(
	(
		"primary_phone", "masked_phone", "unique_phone", "lunar_birthday_text", "completeness_percent", "erased_on", "merged_into",
		"masked_identity_number", "masked_address_line", "sealed_identity_number", "identity_key",
		*CLASSIFICATION_FIELDS, *VALUE_FIELDS, *SERVICE_FACTS,
	)
)


def take_in_customers(customers: pd.DataFrame, phones: pd.DataFrame | None = None, **options: Any) -> Outcome:
	"""Create or update customers.

	Args:
		customers: columns are fields of C4S Customer with an `external_key`, and optionally `dealership`, the store that takes up the
			customer, with `sales_consultant`, `service_advisor`, `since` and `reason` of that relationship.
		phones: `external_key` of the customer, and fields of C4S Customer Phone. A number that the customer has is updated, another one
			is added, none is taken away.
		options: see `Intake`.
	"""
	return CustomerIntake(customers, {"phones": phones}, **options).run()


class CustomerIntake(Intake):
	doctype = CUSTOMER
	tables = {"phones": "C4S Customer Phone"}
	derived = DERIVED

	def check(self) -> None:
		super().check()
		self.records.convert("customer_name", normalise_name)
		region = setting("default_region")
		if phones := self.table_records.get("phones"):
			phones.convert("phone", lambda value: normalise_phone(value, region))
		self.check_stores()

	def check_stores(self) -> None:
		"""`dealership` is a field of the relationship, not of the customer; as are those who look after the customer."""
		relationship = frappe.get_meta(RELATIONSHIP)
		for name in ("dealership", "sales_consultant", "service_advisor"):
			if self.records.has(name):
				rules.check_links(self.records, relationship.get_field(name))
		if self.records.has("since"):
			self.records.convert("since", as_date)
		refuse_other_stores(self.records)
		refuse_groups(self.records, _("{0} is a group or region; a relationship belongs to a store."))

	def seen_condition(self) -> str:
		return customer_condition()

	def find_stored(self, rows: Sequence[dict]) -> dict[str, dict]:
		"""The key of a file that was merged leads to the file into which it was."""
		found = super().find_stored(rows)
		merged = {row.name: row.merged_into for row in read_rows(CUSTOMER, "name", [row["name"] for row in found.values()], ["name", "merged_into"]) if row.merged_into}
		return {key: {**row, "name": merged.get(row["name"], row["name"])} for key, row in found.items()}

	def as_given(self, stored: dict) -> dict:
		"""Records say the whole document number."""
		return {**stored, "identity_number": number_of(stored) or None}

	def prepare(self, plans: Sequence[Plan]) -> None:
		self.contacts: dict[str, list] = {}
		for row in read_rows(CONTACT, "parent", [plan.name for plan in plans], ["parent", "is_decision_maker"]):
			self.contacts.setdefault(row.parent, []).append(row)
		wanted = {row["phone"] for plan in plans for row in plan.tables["phones"]}
		self.owners = {
			row.unique_phone: row
			for row in read_rows(CUSTOMER, "unique_phone", wanted, ["name", "unique_phone", "customer_name", "masked_phone"])
		}
		self.claimed: dict[str, str] = {}

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		"""Numbers that the customer has stay. A number that comes as primary takes the place of the one that was."""
		rows = [dict(row) for row in plan.stored_tables[table]]
		by_number = {row["phone"]: row for row in rows}
		added = []
		for row in given or []:
			if row.get("phone") in by_number:
				by_number[row["phone"]].update(row)
			else:
				added.append({**self.child_defaults[table], **row})
		chosen = [row.get("phone") for row in given or [] if row.get("is_primary")]
		if len(chosen) == 1:
			for row in rows:
				row["is_primary"] = int(row["phone"] == chosen[0])
		return rows + added

	def complete(self, plan: Plan) -> None:
		row, phones = plan.row, plan.tables["phones"]
		if plan.stored and plan.stored.get("erased_on"):
			raise Refused(KEY, erased())
		if plan.stored and plan.stored.get("merged_into"):
			raise Refused(KEY, merged_into(plan.stored["merged_into"]))
		if plan.is_new:
			row.update(dict.fromkeys((*CLASSIFICATION_FIELDS, *VALUE_FIELDS)), **SERVICE_FACTS, **FIRST_STAGE)
		primary = primary_phone(phones)
		set_primary_phone(row, primary)
		self.refuse_taken_phone(plan)
		set_identity_document(row, plan.stored)
		set_birthday(row, self.today)
		refuse_impossible_agreement(row)
		row["completeness_percent"] = float(self.completeness(row, primary))

	def refuse_taken_phone(self, plan: Plan) -> None:
		number = plan.row["unique_phone"]
		if not number:
			return
		owner = self.owners.get(number)
		if owner and owner.name != plan.name:
			message = _(
				"Phone {0} is the verified primary phone of customer {1} ({2}). Find that customer in the group, or mark the number as shared."
			).format(owner.masked_phone, escape_html(mask_name(owner.customer_name)), owner.name)
			raise Refused("phone", message)
		if self.claimed.setdefault(number, plan.key) != plan.key:
			message = _("Phone {0} is the verified primary phone of another customer of this input; mark it as shared.")
			raise Refused("phone", message.format(plan.row["masked_phone"]))

	def completeness(self, row: Mapping, primary: Mapping | None) -> int:
		contacts = self.contacts.get(row.get("name"), [])
		facts = {
			**row,
			"is_verified": primary and primary.get("is_verified"),
			"has_birthday": row.get("birthday") or row.get("lunar_birth_month"),
			"organisation_contacts": contacts,
			"has_decision_maker": any(contact.is_decision_maker for contact in contacts),
		}
		return percent_of(CUSTOMER, facts)

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		"""The relationship with the store that is named; its people and reason only where it is new."""
		if self.dry_run:
			return {}
		with_store = [plan for plan in plans if plan.given.get("dealership")]
		wanted = {(plan.name, plan.given["dealership"]): plan.given for plan in with_store}
		new = relate(wanted, {plan.name: plan.row["customer_name"] for plan in with_store}, writes)
		return {plan.position: True for plan in with_store if (plan.name, plan.given["dealership"]) in new}

	def after(self, plans: Sequence[Plan]) -> None:
		"""A customer who was known before may have visits already."""
		write_service_facts([plan.name for plan in plans if not plan.is_new])


def primary_phone(phones: Sequence[dict]) -> dict | None:
	"""The primary row, chosen now where nobody chose: the first that is no fax."""
	numbers = [row["phone"] for row in phones]
	for number in numbers:
		if numbers.count(number) > 1:
			raise Refused("phone", _("Phone {0} is entered twice; one row for each number is enough.").format(number))
	primary = [row for row in phones if row.get("is_primary")]
	if len(primary) > 1:
		raise Refused("phone", _("{0} phones are marked as primary; mark one only.").format(len(primary)))
	if primary and primary[0]["kind"] == "Fax":
		raise Refused("phone", _("A fax cannot be the primary phone; mark a number on which the customer can be called."))
	if not primary:
		primary = [row for row in phones if row["kind"] != "Fax"][:1]
		for row in primary:
			row["is_primary"] = 1
	return primary[0] if primary else None


def set_primary_phone(row: dict, primary: Mapping | None) -> None:
	number = primary["phone"] if primary else None
	row["primary_phone"] = number
	row["masked_phone"] = mask_phone(number) if number else None
	row["unique_phone"] = number if primary and primary.get("is_verified") and not primary.get("is_shared") else None


def set_identity_document(row: dict, stored: dict | None) -> None:
	"""Seal the number, and take sex and birthday from an identity card where they are not entered. `stored` says the number as the row does from now on."""
	kind = row.get("identity_document_type")
	if row.get("identity_number") and not kind:
		raise Refused("identity_document_type", _("Choose the Document Type to which the Document Number belongs."))
	try:
		columns, number = kept_columns(kind, row.get("identity_number"), stored)
	except Problem as problem:
		raise Refused("identity_number", sentence(problem)) from problem
	except InvalidIdentifierError as refusal:
		raise Refused("identity_number", str(refusal)) from refusal
	row.update(columns)
	if stored:
		stored["identity_number"] = stored["masked_identity_number"]
	if number and kind == RESIDENT_IDENTITY_CARD:
		facts = resident_card_facts(number)
		row["sex"] = row.get("sex") or facts.sex
		if row.get("birthday_calendar") != "Lunar":
			row["birthday"] = row.get("birthday") or facts.birth_date


def set_birthday(row: dict, today: date) -> None:
	if row.get("birthday_calendar") == "Lunar":
		_set_lunar_birthday(row)
	else:
		row.update(lunar_birth_year=0, lunar_birth_month=0, lunar_birth_day=0, lunar_birth_leap=0, lunar_birthday_text=None)
	if row.get("birthday") and row["birthday"] > today:
		raise Refused("birthday", _("Birthday {0} lies in the future.").format(frappe.format(row["birthday"], "Date")))


def _set_lunar_birthday(row: dict) -> None:
	month, day, leap = row.get("lunar_birth_month"), row.get("lunar_birth_day"), bool(row.get("lunar_birth_leap"))
	if not (month and day):
		raise Refused("lunar_birth_day", _("A lunar birthday needs Lunar Month and Lunar Day."))
	year = row.get("lunar_birth_year") or None
	try:
		validate_lunar_birthday(year, month, day, leap)
		row["lunar_birthday_text"] = describe_lunar_day(month, day, leap)
		row["birthday"] = to_solar(LunarDate(year, month, day, leap)) if year else None
	except Problem as problem:
		raise Refused("lunar_birth_day", sentence(problem)) from problem


def refuse_impossible_agreement(row: Mapping) -> None:
	begins, ends = row.get("agreement_valid_from"), row.get("agreement_valid_until")
	if begins and ends and ends < begins:
		raise Refused("agreement_valid_until", _("Agreement Valid Until must not lie before Agreement Valid From."))
	if not 0 <= (row.get("agreement_discount_percent") or 0) <= 100:
		raise Refused("agreement_discount_percent", _("Agreed Discount must lie between 0 and 100 percent."))
