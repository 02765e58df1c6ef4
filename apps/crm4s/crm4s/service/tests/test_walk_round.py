import base64
import io

import frappe
from PIL import Image

from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.service import actions, walk_round
from crm4s.service.tests.test_approval import ServiceTestCase, fresh


def picture(kind: str = "PNG", size: tuple = (40, 30)) -> str:
	data = io.BytesIO()
	Image.new("RGB", size, "#336699").save(data, kind)
	return f"data:image/{kind.lower()};base64,{base64.b64encode(data.getvalue()).decode()}"


class TestWalkRound(ServiceTestCase):
	def begun(self):
		visit = self.visit()
		actions.begin_walk_round(visit.name)
		return fresh(visit)

	def all_ok(self, visit, **changes) -> list[dict]:
		return [{"name": row.name, "result": "OK", **changes} for row in visit.walk_round]

	def files(self, visit) -> int:
		return frappe.db.count("File", {"attached_to_name": visit.name})

	def test_the_template_brings_the_points_by_area_once(self):
		visit = self.begun()
		self.assertEqual("环车检查 通用", visit.walk_round_template)
		self.assertIn("车头", {row.area for row in visit.walk_round})
		count = len(visit.walk_round)
		actions.begin_walk_round(visit.name)
		self.assertEqual(count, len(fresh(visit).walk_round))

	def test_points_and_marks_are_kept_until_it_is_signed(self):
		visit = self.begun()
		marks = [{"kind": "Scratch", "x": 30.04, "y": 0, "remark": " 石子 "}, {"kind": "Missing", "x": 100, "y": 99.9}]
		actions.fill_walk_round(visit.name, self.all_ok(visit), marks)
		kept = [{"kind": "Scratch", "x": 30.0, "y": 0.0, "remark": "石子"}, {"kind": "Missing", "x": 100.0, "y": 99.9, "remark": ""}]
		self.assertEqual(kept, actions.panels(visit.name)["marks"])
		self.assertIsNone(fresh(visit).signed_on)
		actions.fill_walk_round(visit.name, [], None, picture())
		visit.reload()
		self.assertTrue(visit.signed_on and visit.customer_signature.startswith("data:image/png;base64,"))
		self.assertEqual(kept, walk_round.marks_of(visit))
		with self.says("is signed and does not change any more"):
			actions.fill_walk_round(visit.name, self.all_ok(visit))
		with self.says("is signed and does not change any more"):
			actions.add_photo(visit.name, visit.walk_round[0].name, picture())

	def test_it_is_signed_with_every_mandatory_result_and_a_word_on_what_is_not_ok(self):
		visit = self.begun()
		with self.says("Without a result: 前保险杠"):
			actions.fill_walk_round(visit.name, [], None, picture())
		points = self.all_ok(visit)
		points[0]["result"] = "Not OK"
		with self.says("Say in the remark what is not OK: 前保险杠"):
			actions.fill_walk_round(visit.name, points, None, picture())
		points[0]["remark"] = "划痕"
		actions.fill_walk_round(visit.name, points, None, picture())
		self.assertEqual("划痕", fresh(visit).walk_round[0].remark)

	def test_marks_off_the_drawing_and_of_no_kind_are_refused(self):
		visit = self.begun()
		for mark in ({"kind": "Dent", "x": 101, "y": 5}, {"kind": "Dent", "x": 5, "y": -1}, {"kind": "Rust", "x": 5, "y": 5}, "x"):
			with self.subTest(mark), self.says("does not lie on the drawing"):
				actions.fill_walk_round(visit.name, [], [mark])
		with self.says("at most 60 marks"):
			actions.fill_walk_round(visit.name, [], [{"kind": "Dent", "x": 1, "y": 1}] * 61)
		self.assertEqual([], actions.panels(visit.name)["marks"])

	def test_points_of_another_visit_are_refused(self):
		visit, other = self.begun(), self.begun()
		with self.says("A point of the walk-round is not known"):
			actions.fill_walk_round(visit.name, self.all_ok(other))
		with self.says("A point of the walk-round is not known"):
			actions.add_photo(visit.name, other.walk_round[0].name, picture())

	def test_a_photo_is_a_private_file_of_the_visit(self):
		visit = self.begun()
		url = actions.add_photo(visit.name, visit.walk_round[0].name, picture("JPEG"))
		file = frappe.get_doc("File", {"file_url": url})
		self.assertEqual((1, visit.name, url), (file.is_private, file.attached_to_name, fresh(visit).walk_round[0].photo))
		self.addCleanup(file.delete_file_data_content)

	def test_what_is_no_picture_is_refused_and_leaves_nothing(self):
		visit = self.begun()
		html = base64.b64encode(b"<html><script>alert(1)</script></html>").decode()
		svg = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()
		cut = picture("PNG").rpartition(",")[2][:60]
		for content in (html, svg, "data:image/png;base64,####", "", cut, f"data:image/jpeg;base64,{html}"):
			with self.subTest(content[:30]), self.says("This file is no picture"):
				actions.add_photo(visit.name, visit.walk_round[0].name, content)
		self.assertEqual((0, None), (self.files(visit), fresh(visit).walk_round[0].photo))

	def test_a_signature_that_is_no_picture_is_refused(self):
		visit = self.begun()
		for signature in ("javascript:alert(1)", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zy8+"):
			with self.subTest(signature), self.assertRaises(frappe.ValidationError):
				actions.fill_walk_round(visit.name, self.all_ok(visit), None, signature)
		self.assertIsNone(fresh(visit).signed_on)

	def test_a_settled_visit_is_not_walked_round(self):
		with self.says("The walk-round belongs to an open visit"):
			actions.begin_walk_round(settle(self.visit()).name)

	def test_an_electric_car_has_its_own_points(self):
		car = make_vehicle(model=make_model("T-WALK-EV", energy_type="Battery Electric").name).name
		visit = self.visit(vehicle=car)
		actions.begin_walk_round(visit.name)
		self.assertEqual("环车检查 纯电", fresh(visit).walk_round_template)
