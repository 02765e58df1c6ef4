"""What is ours stays ours, and a person sees where the system says otherwise."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_dms_conflict.c4s_dms_conflict import decide
from crm4s.dms.intake.tests.test_push import CONFLICT, CUSTOMER, PushTestCase
from crm4s.dms.links import NEWEST, OURS
from crm4s.identifiers.masking import mask_identity_number
from crm4s.identity_numbers import number_of
from crm4s.intake.tests.factories import STORE
from crm4s.tests.people import as_user, make_user

HERE, THERE = "ours@example.com", "theirs@example.com"


class TestOwnership(PushTestCase):
	def own(self, owner: str, *fields: str):
		self.use_link(entities=["Customer"], fields_of_link=[{"entity": "Customer", "our_field": field, "owned_by": owner} for field in fields])
		self.name = self.one("customer", **self.customer(email="first@example.com", phones=[{"phone": "13800138000"}]))["name"]

	def email(self) -> str:
		return frappe.db.get_value(CUSTOMER, self.name, "email")

	def change_here(self, **values):
		frappe.get_doc(CUSTOMER, self.name).update(values).save(ignore_version=False)

	def conflicts(self, *fields: str) -> list:
		return frappe.get_all(CONFLICT, {"document": self.name}, fields or ["field", "ours", "theirs", "state"], order_by="field", as_list=True)

	def test_what_is_ours_is_not_overwritten_and_listed_once(self):
		self.own(OURS, "email")
		self.assertEqual("first@example.com", self.email())
		self.change_here(email=HERE)
		for _again in range(2):
			self.assertEqual("unchanged", self.one("customer", **self.customer(email=THERE))["state"])
		self.assertEqual(HERE, self.email())
		self.assertEqual((("email", HERE, THERE, "Open"),), tuple(self.conflicts()))
		self.assertEqual("updated", self.one("customer", **self.customer(email=THERE, city="上海市"))["state"])
		self.assertEqual("unchanged", self.one("customer", **self.customer(email=HERE))["state"])
		self.assertEqual((), tuple(self.conflicts()))

	def test_a_document_number_is_shown_to_nobody_and_taken_over_all_the_same(self):
		here, there = "110101199003071938", "110101199003075138"
		self.own(OURS, "identity_number")
		self.change_here(identity_document_type="Resident Identity Card", identity_number=here)
		for _again in range(2):
			self.one("customer", **self.customer(identity_document_type="Resident Identity Card", identity_number=there))
		(row,) = frappe.get_all(CONFLICT, {"document": self.name}, ["*"])
		self.assertFalse([value for value in row.values() if here in str(value) or there in str(value)])
		self.assertEqual(mask_identity_number(there), row.theirs)
		self.decide(0)
		self.one("customer", **self.customer(identity_document_type="Resident Identity Card", identity_number=there))
		self.assertEqual("Ours", self.conflicts("state")[0][0], "sealed anew, the same number is no other one")
		frappe.db.set_value(CONFLICT, row.name, "state", "Open")
		self.decide(1)
		self.assertEqual(there, number_of(frappe.get_doc(CUSTOMER, self.name)))

	def test_a_person_decides_for_theirs(self):
		self.own(OURS, "email")
		self.one("customer", **self.customer(email=THERE))
		self.decide(1)
		self.assertEqual((THERE, "Theirs"), (self.email(), self.conflicts("state")[0][0]))

	def test_what_was_decided_for_ours_is_remembered_until_a_side_changes(self):
		self.own(OURS, "email")
		self.one("customer", **self.customer(email=THERE))
		self.decide(0)
		self.one("customer", **self.customer(email=THERE))
		self.assertEqual("Ours", self.conflicts("state")[0][0])
		self.assertRaises(frappe.ValidationError, self.decide, 1)
		self.one("customer", **self.customer(email="another@example.com"))
		self.assertEqual((("email", "first@example.com", "another@example.com", "Open"),), tuple(self.conflicts()))
		self.decide(0)
		self.change_here(email=HERE)
		self.one("customer", **self.customer(email="another@example.com"))
		self.assertEqual("Open", self.conflicts("state")[0][0])

	def decide(self, theirs: int):
		with as_user(make_user("Administrator")):
			decide(self.conflicts("name")[0][0], theirs)

	def test_only_who_may_write_the_document_decides(self):
		self.own(OURS, "email")
		self.one("customer", **self.customer(email=THERE))
		with as_user(make_user("Sales Consultant", [STORE])):
			self.assertRaises(frappe.PermissionError, decide, self.conflicts("name")[0][0], 1)
		self.assertRaises(frappe.ValidationError, frappe.get_doc(CONFLICT, self.conflicts("name")[0][0]).save)

	def test_tables_are_owned_whole(self):
		self.own(OURS, "phones")
		self.assertEqual("unchanged", self.one("customer", **self.customer(phones=[{"phone": "13800138000"}]))["state"])
		self.assertEqual("unchanged", self.one("customer", **self.customer(phones=[{"phone": "13900139000", "remark": "晚上"}]))["state"])
		((field, _ours, theirs, state),) = self.conflicts()
		self.assertEqual(("phones", "Open"), (field, state))
		self.assertRegex(theirs, "13900139000")
		self.decide(1)
		self.assertEqual(["+8613800138000", "+8613900139000"], [row.phone for row in frappe.get_doc(CUSTOMER, self.name).phones])

	def test_the_newer_word_counts(self):
		self.own(NEWEST, "email")
		earlier, later = (add_to_date(now_datetime(), hours=hours).isoformat() for hours in (-1, 1))
		self.assertEqual("updated", self.one("customer", **self.customer(email=THERE, modified_on=earlier))["state"])
		self.change_here(email=HERE)
		self.one("customer", **self.customer(email="late@example.com", modified_on=add_to_date(now_datetime(), minutes=-5).isoformat()))
		self.assertEqual((HERE, "Open"), (self.email(), self.conflicts("state")[0][0]))
		self.assertEqual("updated", self.one("customer", **self.customer(email="late@example.com", modified_on=later))["state"])
		self.assertEqual("late@example.com", self.email())

	def test_a_whole_entity_may_be_ours(self):
		self.use_link(entities=[{"entity": "Customer", "takes_in": 1, "fields_owned_by": OURS}])
		self.name = self.one("customer", **self.customer())["name"]
		self.assertEqual("unchanged", self.one("customer", **self.customer(customer_name="李雷", email=THERE))["state"])
		self.assertEqual(["customer_name", "email"], [field for (field,) in self.conflicts("field")])
