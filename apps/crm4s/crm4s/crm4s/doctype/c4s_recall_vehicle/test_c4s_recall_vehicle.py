import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_recall.test_c4s_recall import make_recall
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.exceptions import InvalidIdentifierError
from crm4s.tests.people import as_user, make_user


def list_car(recall: str, vin: str, **overrides):
	return frappe.get_doc({"doctype": "C4S Recall Vehicle", "recall": recall, "vin": vin, **overrides}).insert()


class TestC4SRecallVehicle(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_car_is_named_once(self):
		recall, vin = make_recall().name, unused_vin()
		list_car(recall, vin)
		with self.assertRaises(frappe.UniqueValidationError):
			list_car(recall, vin.lower())
		with self.assertRaises(InvalidIdentifierError):
			list_car(recall, "SHORT")

	def test_a_repaired_car_is_counted(self):
		recall = make_recall()
		car = list_car(recall.name, unused_vin())
		car.update({"status": "Repaired"}).save()
		self.assertEqual(getdate(), getdate(car.done_on))
		self.assertEqual((1, 1), frappe.db.get_value("C4S Recall", recall.name, ["cars_listed", "cars_done"]))

	def test_a_store_sees_its_own_cars_only(self):
		own, other = make_dealership("CARE-1").name, make_dealership("CARE-2").name
		recall = make_recall().name
		mine, theirs, unknown = (
			list_car(recall, vin) for vin in (make_vehicle(dealership=own).vin, make_vehicle(dealership=other).vin, unused_vin())
		)
		with as_user(make_user("Service Advisor", [own])):
			self.assertEqual([mine.name], frappe.get_list("C4S Recall Vehicle", {"recall": recall}, pluck="name"))
			self.assertTrue(frappe.has_permission("C4S Recall Vehicle", "write", mine.name))
			for car in (theirs, unknown):
				self.assertFalse(frappe.has_permission("C4S Recall Vehicle", "read", car.name))
