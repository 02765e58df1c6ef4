"""Examples of the contract are records that are taken in; names and limits are those of our documents."""

from typing import get_args
from unittest import TestCase

import frappe
from frappe.tests.utils import FrappeTestCase
from pydantic import ValidationError

from crm4s.dms.contract.base import Record
from crm4s.dms.contract.registry import ENTITIES

# Customers, cars and visits also say what is written to other documents.
LIKE_OUR_DOCUMENTS = ("vehicle_model", "part", "stock_movement", "deal", "service_appointment")
OF_EVERY_RECORD = set(Record.model_fields)


def examples(entity) -> list[dict]:
	return entity.model.model_config["json_schema_extra"]["examples"]


def titles() -> list[str]:
	return frappe.get_meta("C4S DMS Link Entity").get_field("entity").options.split("\n")


def choices_of(annotation) -> list[str]:
	"""The words of a Literal, also where it may be left out."""
	words = []
	for part in get_args(annotation):
		words += [part] if isinstance(part, str) else choices_of(part)
	return words


class TestEveryEntity(FrappeTestCase):
	def test_its_examples_are_records(self):
		for entity in ENTITIES.values():
			for example in examples(entity):
				with self.subTest(entity=entity.code):
					entity.model.model_validate(example)

	def test_a_field_is_one_of_our_document_or_leads_to_one(self):
		for entity in map(ENTITIES.get, LIKE_OUR_DOCUMENTS):
			meta = frappe.get_meta(entity.doctype)
			for name in set(entity.model.model_fields) - OF_EVERY_RECORD:
				with self.subTest(entity=entity.code, field=name):
					self.assertTrue(meta.has_field(name) or (name in entity.references and meta.has_field(name.removesuffix("_id"))))

	def test_choices_are_those_of_our_document(self):
		for entity in ENTITIES.values():
			meta = frappe.get_meta(entity.doctype)
			for name, field in entity.model.model_fields.items():
				ours = meta.get_field(name)
				if ours and ours.fieldtype == "Select":
					with self.subTest(entity=entity.code, field=name):
						self.assertLessEqual(set(choices_of(field.annotation)), set(ours.options.split("\n")))
						self.assertTrue(choices_of(field.annotation))

	def test_references_lead_to_entities(self):
		for entity in ENTITIES.values():
			for path, target in entity.references.items():
				with self.subTest(entity=entity.code, path=path):
					self.assertIn(target.replace("_", " ").title(), titles())

	def test_its_title_is_known_to_links(self):
		for entity in ENTITIES.values():
			self.assertIn(entity.title, titles())


class TestRecords(TestCase):
	def test_a_misspelt_field_is_refused_by_name(self):
		for entity in ENTITIES.values():
			with self.subTest(entity=entity.code), self.assertRaisesRegex(ValidationError, "no_such_field"):
				entity.model.model_validate({"external_id": "1", "no_such_field": 1})

	def test_every_entity_shows_an_example(self):
		for entity in ENTITIES.values():
			self.assertTrue(examples(entity), entity.code)
