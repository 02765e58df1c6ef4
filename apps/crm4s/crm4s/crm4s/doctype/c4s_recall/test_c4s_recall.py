import io

import frappe
import openpyxl
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.care import api, recalls
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.tests.people import as_user, make_user


def make_recall(**overrides):
	values = {"doctype": "C4S Recall", "recall_number": frappe.generate_hash(length=8), "title": "安全气囊", "status": "Active", **overrides}
	return frappe.get_doc(values).insert()


class TestC4SRecall(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def cars_of(self, recall) -> dict:
		return {row.vin: row.vehicle for row in frappe.get_all("C4S Recall Vehicle", {"recall": recall.name}, ["vin", "vehicle"])}

	def test_a_csv_list_is_read_and_its_cars_found_in_our_books(self):
		recall, car, stranger = make_recall(), make_vehicle(), unused_vin()
		content = f"序号,车架号\n1,{car.vin.lower()}\n2,{stranger}\n3,{car.vin}\n4,NOVIN\n".encode("gb18030")
		answer = recalls.read_list(recall.name, "list.csv", content)
		self.assertEqual((2, 1), (answer["added"], answer["refused"]))
		self.assertRegex(answer["problems"][0], "^Row 5: VIN never contains")
		self.assertEqual({car.vin: car.name, stranger: None}, self.cars_of(recall))
		recall.reload()
		self.assertEqual((2, 1, 0), (recall.cars_listed, recall.cars_known, recall.cars_done))

	def test_a_list_that_is_read_again_adds_nothing(self):
		recall, vin = make_recall(), unused_vin()
		for added in (1, 0):
			self.assertEqual(added, recalls.read_list(recall.name, "list.csv", f"VIN\n{vin}\n".encode())["added"])

	def test_an_excel_list_is_read(self):
		book, vin = openpyxl.Workbook(), unused_vin()
		for row in (("Model", "VIN"), ("凯美瑞", vin)):
			book.active.append(row)
		content = io.BytesIO()
		book.save(content)
		recall = make_recall()
		recalls.read_list(recall.name, "list.xlsx", content.getvalue())
		self.assertEqual({vin: None}, self.cars_of(recall))

	def test_a_car_that_comes_later_is_found_then(self):
		recall, vin = make_recall(), unused_vin()
		recalls.read_list(recall.name, "list.csv", f"VIN\n{vin}\n".encode())
		car = make_vehicle(vin=vin)
		recalls.match_active()
		self.assertEqual({vin: car.name}, self.cars_of(recall))
		self.assertEqual(1, frappe.db.get_value("C4S Recall", recall.name, "cars_known"))

	def test_a_list_without_vins_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "needs a column with the heading VIN"):
			recalls.read_list(make_recall().name, "list.csv", b"Plate\nA12345\n")

	def test_the_attached_list_is_read_by_those_who_may_write_the_recall(self):
		recall, vin = make_recall(), unused_vin()
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "cars.csv", "content": f"VIN\n{vin}\n", "is_private": 1, "attached_to_doctype": "C4S Recall", "attached_to_name": recall.name}
		).insert()
		self.addCleanup(file.delete_file_data_content)
		with self.assertRaisesRegex(frappe.ValidationError, "Attach the list first"):
			api.read_cars(recall.name)
		recall.update({"cars_file": file.file_url}).save()
		with as_user(make_user("CRM Specialist")):
			self.assertRaises(frappe.PermissionError, api.read_cars, recall.name)
		self.assertEqual(1, api.read_cars(recall.name)["added"])
		self.assertEqual({vin: None}, self.cars_of(recall))

	def test_a_recall_that_becomes_active_is_released_today(self):
		recall = make_recall(status="Draft")
		self.assertIsNone(recall.released_on)
		self.assertEqual(getdate(), getdate(recall.update({"status": "Active"}).save().released_on))
