import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.bookings.tests.factories import make_resource, make_store
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]
TRAINING = "C4S Training Record"
SKILL = "试验高压电"


def make_training(dealership: str, **overrides):
	"""A saved training of Administrator, passed today."""
	values = {"doctype": TRAINING, "person": "Administrator", "dealership": dealership, "subject": "投诉沟通演练", "kind": "Communication", "trained_on": nowdate(), "result": "Passed"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestTrainingRecord(StoreDocumentTests, FrappeTestCase):
	doctype, role = TRAINING, "Workshop Manager"

	def make_document_of(self, store: str):
		return make_training(store)

	def test_nobody_has_passed_what_is_to_come(self):
		with self.assertRaisesRegex(frappe.ValidationError, "of a day to come is planned"):
			make_training(self.own, trained_on=add_days(nowdate(), 1))
		self.assertTrue(make_training(self.own, trained_on=add_days(nowdate(), 1), result="Planned").name)

	def test_staff_read_their_own_and_change_nothing(self):
		technician = make_user("Technician", [self.own])
		mine, colleagues = make_training(self.own, person=technician).name, make_training(self.own).name
		with as_user(technician):
			self.assertEqual([mine], frappe.get_list(TRAINING, {"name": ["in", [mine, colleagues]]}, pluck="name"))
			self.assertFalse(frappe.has_permission(TRAINING, "read", colleagues))
			self.assertFalse(frappe.has_permission(TRAINING, "write", mine))

	def test_what_was_learned_goes_to_the_resource_and_is_not_forgotten(self):
		frappe.get_doc({"doctype": "C4S Skill", "skill": SKILL, "enabled": 1}).insert()
		technician, store = make_user("Technician", [self.own]), make_store(self.own)
		resource = make_resource(store, kind="Technician", user=technician).name
		levels = lambda: [(row.skill, row.level) for row in frappe.get_doc("C4S Resource", resource).skills if row.skill == SKILL]
		make_training(self.own, person=technician, skill=SKILL, level="3", result="Not Passed")
		self.assertEqual([], levels())
		with as_user(make_user("Workshop Manager", [self.own])):
			make_training(self.own, person=technician, skill=SKILL, level="3")
		self.assertEqual([(SKILL, "3")], levels())
		make_training(self.own, person=technician, skill=SKILL, level="2")
		self.assertEqual([(SKILL, "3")], levels())
