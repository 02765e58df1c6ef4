import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import template_for
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user


def make_template(name: str, **overrides):
	values = {"doctype": "C4S Checklist Template", "template_name": name, "checklist_kind": "PDI", "items": [{"item": "漆面", "mandatory": 1}]}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SChecklistTemplate(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_electric_cars_have_their_own_inspection(self):
		electric = make_model("T-ELECTRIC", energy_type="Battery Electric").name
		self.assertEqual("PDI 纯电", template_for("PDI", electric).name)
		self.assertEqual("PDI 通用", template_for("PDI", make_model().name).name)
		self.assertEqual("交车确认", template_for("Delivery", electric).name)

	def test_what_is_said_about_the_model_goes_first(self):
		make_template("PDI T-MODEL", model=make_model().name)
		self.assertEqual("PDI T-MODEL", template_for("PDI", make_model().name).name)

	def test_a_template_that_is_not_enabled_is_not_used(self):
		make_template("PDI T-MODEL", model=make_model().name, enabled=0)
		self.assertEqual("PDI 通用", template_for("PDI", make_model().name).name)

	def test_a_point_stands_once(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Row 2 repeats .*漆面"):
			make_template("PDI 重复", items=[{"item": "漆面"}, {"item": " 漆面"}])

	def test_only_administrators_change_templates(self):
		for role, may_write in (("Technician", False), ("Sales Manager", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Checklist Template", "read"))
				self.assertEqual(may_write, frappe.has_permission("C4S Checklist Template", "write"))
