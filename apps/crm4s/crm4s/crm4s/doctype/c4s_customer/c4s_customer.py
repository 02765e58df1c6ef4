"""A person or an organisation, one file in the whole group; which stores see it follows from C4S Store Relationship."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, getdate, nowdate

from crm4s.access.customers import (
	RELATIONSHIP,
	customer_condition,
	require_customer,
	sees_customer,
	store_of_new_customer,
	take_up,
)
from crm4s.access.stores import stores_of
from crm4s.calendars.lunar import LunarDate, describe_lunar_day, to_solar, validate_lunar_birthday
from crm4s.change_feed import documents
from crm4s.data_quality.completeness import percent_of
from crm4s.documents import keep_stored
from crm4s.edge import plain_refusal
from crm4s.exceptions import DuplicateCustomerError
from crm4s.identifiers.identity_document import RESIDENT_IDENTITY_CARD, resident_card_facts
from crm4s.identifiers.masking import mask_name, mask_phone
from crm4s.identifiers.person_name import normalise_name
from crm4s.identifiers.phone import normalise_phone
from crm4s.identity_numbers import kept_columns
from crm4s.masked_twins import set_twins
from crm4s.settings import setting

CUSTOMER = "C4S Customer"
CLASSIFICATION_FIELDS = (
	"age_class", "purchase_class", "buyer_class", "use_class", "spending_level", "value_level", "loyalty_class", "service_need_class",
	"value_level_before", "value_level_changed_on",
)
ORIGIN_FIELDS = ("origin_doctype", "origin_name", "converted_on")
SERVICE_FACT_FIELDS = ("service_count", "last_visit_on", "average_visit_interval_days", "total_spent")
VALUE_FIELDS = ("lifecycle_stage", "value_class", "strategy", "abc_class")
FIRST_STAGE = {"lifecycle_stage": "Acquisition"}


def erased() -> str:
	return _("This person was erased on request; nothing is added to the file any more. Whoever comes anew gets a new one.")


def merged_into(customer: str) -> str:
	return _("This file was merged; go on in the file of customer {0}.").format(customer)


class C4SCustomer(Document):
	def before_insert(self):
		self.choose_store()

	def validate(self):
		self.refuse_after_erasure()
		self.refuse_after_merge()
		self.keep_what_the_nightly_job_writes()
		self.keep_origin()
		self.normalise_names()
		self.normalise_phones()
		self.validate_phones()
		self.set_primary_phone()
		self.validate_phone_is_free()
		self.validate_identity_document()
		self.validate_birthday()
		self.validate_relations()
		self.validate_agreement()
		self.set_completeness()
		set_twins(self)

	def after_insert(self):
		# That there is a customer is noted before that a store has taken up the customer.
		documents.changed(self)
		self.take_up_for_store()

	def on_update(self):
		self.warn_of_same_phone()

	def on_trash(self):
		documents.keep_stores_of_customer(self)
		frappe.db.delete(RELATIONSHIP, {"customer": self.name})
		for computed in ("C4S Segment Member", "C4S Customer Value", "C4S Value Change"):
			frappe.db.delete(computed, {"customer": self.name})

	def refuse_after_erasure(self) -> None:
		"""Who was erased stays so: a form of yesterday or another system does not bring the person back. Written by `crm4s.privacy`."""
		before = self.get_doc_before_save()
		if before and before.erased_on:
			frappe.throw(erased())
		self.erased_on = None

	def refuse_after_merge(self) -> None:
		"""Everything of the customer is in the other file. Written by `crm4s.merging`."""
		before = self.get_doc_before_save()
		if before and before.merged_into:
			frappe.throw(merged_into(before.merged_into))
		self.merged_into = None

	def choose_store(self) -> None:
		"""A new customer may come with a `dealership`, which is not stored here but becomes the first relationship."""
		self.flags.first_store = store_of_new_customer(self.get("dealership"))

	def take_up_for_store(self) -> None:
		if self.flags.first_store:
			take_up(self.name, self.flags.first_store)

	def keep_what_the_nightly_job_writes(self) -> None:
		"""A form that was opened yesterday, or a caller of the API, must not write back what it holds of these fields."""
		before = self.get_doc_before_save()
		for field in (*CLASSIFICATION_FIELDS, *SERVICE_FACT_FIELDS):
			self.set(field, before.get(field) if before else None)
		keep_stored(self, VALUE_FIELDS, FIRST_STAGE)

	def keep_origin(self) -> None:
		"""Where the file came from is said once, by `crm4s.conversion`."""
		before = self.get_doc_before_save()
		origin = before or self.flags.origin or {}
		for field in ORIGIN_FIELDS:
			self.set(field, origin.get(field))

	def normalise_names(self) -> None:
		with plain_refusal():
			self.customer_name = normalise_name(self.customer_name)
			for contact in self.organisation_contacts:
				contact.contact_name = normalise_name(contact.contact_name)

	def normalise_phones(self) -> None:
		region = setting("default_region")
		with plain_refusal():
			for row in (*self.phones, *self.organisation_contacts):
				if row.phone:
					row.phone = normalise_phone(row.phone, region)
		for row in self.phones:
			row.kind = row.kind or "Mobile"

	def validate_phones(self) -> None:
		"""Each number once, and exactly one of them primary: the first that is no fax where nobody chose."""
		numbers = [row.phone for row in self.phones]
		for number in numbers:
			if numbers.count(number) > 1:
				frappe.throw(_("Phone {0} is entered twice; one row for each number is enough.").format(number))
		primary = [row for row in self.phones if row.is_primary]
		if len(primary) > 1:
			frappe.throw(_("{0} phones are marked as primary; mark one only.").format(len(primary)))
		if primary and primary[0].kind == "Fax":
			frappe.throw(_("A fax cannot be the primary phone; mark a number on which the customer can be called."))
		if not primary and (callable_rows := [row for row in self.phones if row.kind != "Fax"]):
			callable_rows[0].is_primary = 1

	def set_primary_phone(self) -> None:
		row = self.primary_phone_row()
		self.primary_phone = row.phone if row else None
		self.masked_phone = mask_phone(row.phone) if row else None
		self.unique_phone = row.phone if row and row.is_verified and not row.is_shared else None

	def primary_phone_row(self):
		return next((row for row in self.phones if row.is_primary), None)

	def validate_phone_is_free(self) -> None:
		"""Says whose number it is before the unique index would; two writers at the same moment are left to the index."""
		if self.unique_phone:
			self.refuse_phone_of(self.other_with_phone())

	def other_with_phone(self, for_update: bool = False):
		return frappe.db.get_value(
			CUSTOMER,
			{"unique_phone": self.unique_phone, "name": ["!=", self.name or ""]},
			["name", "customer_name", "masked_phone"],
			as_dict=True,
			for_update=for_update,
		)

	def refuse_phone_of(self, other) -> None:
		if not other:
			return
		frappe.throw(
			_(
				"Phone {0} is the verified primary phone of customer {1} ({2}). Find that customer in the group, or mark the number as shared."
			).format(other.masked_phone, escape_html(mask_name(other.customer_name)), other.name),
			DuplicateCustomerError,
			title=_("Customer Exists"),
		)

	def warn_of_same_phone(self) -> None:
		"""A number nobody has verified may stand in two files; whoever saves the second one learns of the first."""
		row = self.primary_phone_row()
		if not row or row.is_shared or not self.has_value_changed("primary_phone"):
			return
		twin = frappe.db.get_value(
			CUSTOMER,
			{"primary_phone": self.primary_phone, "name": ["!=", self.name]},
			["name", "customer_name", "masked_phone"],
			as_dict=True,
		)
		if twin:
			frappe.msgprint(
				_(
					"Phone {0} is also the primary phone of customer {1} ({2}). Keep one file if they are one person, or mark the number as shared."
				).format(twin.masked_phone, escape_html(mask_name(twin.customer_name)), twin.name),
				title=_("Customer Exists"),
				indicator="orange",
			)

	def show_unique_validation_message(self, error) -> None:
		"""Frappe calls this when a unique index refuses the row: somebody else wrote the same phone after we had looked."""
		if "unique_phone" in str(error):
			# A locking read, because the other row is newer than our snapshot.
			self.refuse_phone_of(self.other_with_phone(for_update=True))
		super().show_unique_validation_message(error)

	def validate_identity_document(self) -> None:
		"""From here on the number is sealed; what is written on a card is read while it is at hand."""
		if self.identity_number and not self.identity_document_type:
			frappe.throw(_("Choose the Document Type to which the Document Number belongs."))
		with plain_refusal():
			columns, number = kept_columns(self.identity_document_type, self.identity_number, self.get_doc_before_save())
		self.update(columns)
		if number and self.identity_document_type == RESIDENT_IDENTITY_CARD:
			self.take_facts_from_identity_card(number)

	def take_facts_from_identity_card(self, number: str) -> None:
		"""Sex and birthday stand in the card's number. What is entered stays: many celebrate another day than the registered one."""
		facts = resident_card_facts(number)
		self.sex = self.sex or facts.sex
		if self.birthday_calendar != "Lunar":
			self.birthday = self.birthday or facts.birth_date

	def validate_birthday(self) -> None:
		if self.birthday_calendar == "Lunar":
			self.set_birthday_from_lunar()
		else:
			self.lunar_birth_year = self.lunar_birth_month = self.lunar_birth_day = self.lunar_birth_leap = 0
			self.lunar_birthday_text = None
		if self.birthday and getdate(self.birthday) > getdate(nowdate()):
			frappe.throw(_("Birthday {0} lies in the future.").format(frappe.format(self.birthday, "Date")))

	def set_birthday_from_lunar(self) -> None:
		if not (self.lunar_birth_month and self.lunar_birth_day):
			frappe.throw(_("A lunar birthday needs Lunar Month and Lunar Day."))
		year, leap = self.lunar_birth_year or None, bool(self.lunar_birth_leap)
		with plain_refusal():
			validate_lunar_birthday(year, self.lunar_birth_month, self.lunar_birth_day, leap)
		self.lunar_birthday_text = describe_lunar_day(self.lunar_birth_month, self.lunar_birth_day, leap)
		self.birthday = to_solar(LunarDate(year, self.lunar_birth_month, self.lunar_birth_day, leap)) if year else None

	def validate_relations(self) -> None:
		before = self.get_doc_before_save()
		known = {row.related_customer for row in before.relations} if before else set()
		for row in self.relations:
			if row.related_customer == self.name:
				frappe.throw(_("Row {0} of the relations names the customer as his or her own relation.").format(row.idx))
			if row.related_customer not in known and not self.flags.ignore_permissions:
				require_customer(row.related_customer)

	def validate_agreement(self) -> None:
		begins, ends = self.agreement_valid_from, self.agreement_valid_until
		if begins and ends and getdate(ends) < getdate(begins):
			frappe.throw(_("Agreement Valid Until must not lie before Agreement Valid From."))
		if not 0 <= (self.agreement_discount_percent or 0) <= 100:
			frappe.throw(_("Agreed Discount must lie between 0 and 100 percent."))

	def set_completeness(self) -> None:
		self.completeness_percent = percent_of(CUSTOMER, self.completeness_facts())

	def completeness_facts(self) -> dict:
		row = self.primary_phone_row()
		return {
			**self.as_dict(),
			"is_verified": row and row.is_verified,
			"has_birthday": self.birthday or self.lunar_birth_month,
			"has_decision_maker": any(contact.is_decision_maker for contact in self.organisation_contacts),
		}

	def is_organisation(self) -> bool:
		return self.customer_kind != "Private"


def on_doctype_update() -> None:
	# Days that care rules look for: crm4s/care/triggers.
	frappe.db.add_index(CUSTOMER, ["lunar_birth_month", "lunar_birth_day"])
	frappe.db.add_index(CUSTOMER, ["last_visit_on", "average_visit_interval_days"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return customer_condition(user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if doc.is_new():
		# Whoever works for a store may enter a customer; `choose_store` decides for which.
		return stores_of(user) != []
	return sees_customer(doc.name, user)
