"""Vehicle models and parts taken in: the same as saved in the desk, refused in the same words, and the same input again changes nothing."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.intake.models import take_in_models
from crm4s.intake.parts import take_in_parts
from crm4s.intake.result import UNCHANGED, UPDATED
from crm4s.intake.tests.factories import OTHER_STORE, STORE, frame, make_model, make_stores, stored, stored_rows
from crm4s.tests.people import as_user, make_user

MODEL, PART = "C4S Vehicle Model", "C4S Part"
KEY = {"external_key": "t:1"}
CODE = "T-INTAKE"


class ListTestCase(FrappeTestCase):
	maxDiff = None
	doctype: str
	code: str
	usual: dict
	tables: dict[str, str]

	def setUp(self):
		make_stores()
		make_model()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def take(self, values: dict | None = None, *, code: str = CODE, key: str = "t:1", **tables):
		raise NotImplementedError

	def in_desk(self, values: dict, **tables):
		return frappe.get_doc({"doctype": self.doctype, self.code: CODE, **self.usual, **values, **_copies(tables)}).insert()

	def rows(self, name: str) -> list:
		return [stored(self.doctype, name), *(stored_rows(doctype, parent=name) for doctype in self.tables.values())]

	def assert_same(self, values: dict, **tables):
		frappe.db.savepoint("desk")
		desk = self.rows(self.in_desk(values, **tables).name)
		frappe.db.rollback(save_point="desk")
		frappe.clear_document_cache(self.doctype, CODE)
		outcome = self.take(values, **tables)
		self.assertEqual([], outcome.rejected)
		self.assertEqual(desk, self.rows(outcome.names["t:1"]))
		self.assertEqual([UNCHANGED], [result.state for result in self.take(values, **tables).results])
		frappe.db.rollback(save_point="desk")

	def assert_refused_alike(self, values: dict, field: str, **tables):
		with self.assertRaises(frappe.ValidationError) as desk:
			self.in_desk(values, **tables)
		frappe.clear_messages()
		result = self.take(values, **tables).rejected[0]
		self.assertEqual((field, str(desk.exception)), (result.field, result.message))


class TestModels(ListTestCase):
	doctype, code = MODEL, "model_code"
	usual = {"brand": "INTAKE-BRAND", "series": "RAV4", "model_year": 2026}
	tables = {"maintenance_plan": "C4S Maintenance Item", "specifications": "C4S Model Specification"}

	def take(self, values=None, *, code=CODE, key="t:1", **tables):
		record = {"external_key": key, "model_code": code, **self.usual, **(values or {})}
		frames = {table: frame(*({"external_key": key, **row} for row in rows)) for table, rows in tables.items() if rows}
		return take_in_models(frame(record), **frames, commit=False)

	def test_a_model_with_its_code_and_name_alone(self):
		self.assert_same({})

	def test_a_model_with_everything(self):
		self.assert_same(
			{
				"trim": "双擎 <精英>",
				"energy_type": "Plug-in Hybrid",
				"body_type": "SUV",
				"guide_price": 219800.5,
				"seats": 5,
				"displacement_cc": 2487,
				"battery_kwh": 18.1,
				"range_km": 95,
				"warranty_months": 36,
				"warranty_km": 100000,
				"usual_km_per_day": 42.5,
				"churn_window_months": "9",
			},
			maintenance_plan=[{"item": "机油", "first_km": 5000, "every_months": 12}, {"item": "机滤", "every_km": 10000, "price": 88.8}],
			specifications=[{"specification_group": "尺寸", "attribute": "轴距", "value": "2690", "unit": "mm"}],
		)

	def test_what_the_energy_type_has_not_is_cleared_as_in_the_desk(self):
		self.assert_same({"energy_type": "Battery Electric", "displacement_cc": 2000, "battery_kwh": 70.5, "range_km": 500})
		self.assert_same({"energy_type": "Diesel", "displacement_cc": 2000, "battery_kwh": 70.5, "range_km": 500})

	def test_refusals_are_those_of_the_desk(self):
		self.assert_refused_alike({"model_year": 1900}, "model_year")
		row = {"item": "机油", "every_km": 10000}
		self.assert_refused_alike({}, "item", maintenance_plan=[row, row])
		self.assert_refused_alike({}, "first_km", maintenance_plan=[{"item": "机油"}])

	def test_a_code_that_makes_no_name_is_refused(self):
		self.assertEqual("model_code", self.take(code="New C4S Vehicle Model 7").rejected[0].field)

	def test_a_model_of_the_books_is_known_by_its_code_however_it_is_written(self):
		outcome = self.take({"guide_price": 99000}, code="intake-model", key="t:2")
		self.assertEqual((UPDATED, "INTAKE-MODEL"), (outcome.results[0].state, outcome.results[0].name))
		self.assertEqual(("INTAKE-MODEL", "t:2"), frappe.db.get_value(MODEL, "INTAKE-MODEL", ["model_code", "external_key"]))

	def test_another_system_does_not_take_a_model_from_the_first(self):
		self.take()
		self.take({"guide_price": 99000}, key="u:7")
		self.assertEqual(("t:1", 99000), frappe.db.get_value(MODEL, CODE, ["external_key", "guide_price"]))

	def test_a_code_is_entered_once(self):
		self.take()
		self.assertEqual("Value cannot be changed for Model Code", self.take(code="T-OTHER").rejected[0].message)

	def test_two_records_of_one_input_do_not_make_one_model(self):
		records = [{"external_key": f"t:{number}", "model_code": code, **self.usual} for number, code in enumerate((CODE, CODE.lower()))]
		outcome = take_in_models(frame(*records), commit=False)
		self.assertEqual([(1, "model_code")], [(number, result.field) for number, result in enumerate(outcome.results) if result.field])

	def test_a_new_plan_says_anew_when_cars_are_due(self):
		from crm4s.intake.tests.test_equality import make_customers, make_vehicle

		car = make_vehicle(make_customers(1)[0])
		before = frappe.db.get_value("C4S Vehicle", car, "next_service_on")
		self.take({"series": "卡罗拉"}, code="INTAKE-MODEL", maintenance_plan=[{"item": "机油", "first_months": 60}])
		self.assertNotEqual(before, frappe.db.get_value("C4S Vehicle", car, "next_service_on"))

	def test_a_change_stands_in_the_change_log(self):
		self.take()
		self.take({"guide_price": 99000})
		version = frappe.get_last_doc("Version", {"ref_doctype": MODEL, "docname": CODE})
		self.assertIn("guide_price", version.data)


class TestParts(ListTestCase):
	doctype, code = PART, "part_number"
	usual = {"part_name": "机油滤清器"}
	tables = {"availability": "C4S Part Availability"}

	def take(self, values=None, *, code=CODE, key="t:1", availability=None):
		stock = frame(*({"external_key": key, **row} for row in availability)) if availability else None
		return take_in_parts(frame({"external_key": key, "part_number": code, **self.usual, **(values or {})}), stock, commit=False)

	def test_a_part_with_its_name_alone(self):
		self.assert_same({})

	def test_a_part_with_price_cost_and_stock(self):
		self.assert_same(
			{"brand": "INTAKE-BRAND", "price": 88.5, "cost": 40.25, "enabled": 0},
			availability=[
				{"dealership": STORE, "quantity": 3.5, "reorder_level": 5},
				{"dealership": OTHER_STORE, "quantity": 8},
			],
		)

	def test_refusals_are_those_of_the_desk(self):
		row = {"dealership": STORE, "quantity": 1}
		self.assert_refused_alike({}, "dealership", availability=[row, row])

	def test_a_part_is_not_its_own_substitute_also_through_others(self):
		self.take(code="T-A", key="t:a")
		self.take({"substitute": "T-A"}, code="T-B", key="t:b")
		records = [
			{"external_key": "t:a", "part_number": "T-A", "substitute": "T-B"},
			{"external_key": "t:c", "part_number": "T-C", "part_name": "C", "substitute_key": "t:b"},
		]
		circle, chain = take_in_parts(frame(*records), commit=False).results
		self.assertIn("cannot be its own substitute", circle.message)
		self.assertEqual("T-B", frappe.db.get_value(PART, chain.name, "substitute"))

	def test_the_stock_of_other_stores_stays(self):
		self.take(availability=[{"dealership": STORE, "quantity": 3}, {"dealership": OTHER_STORE, "quantity": 8}])
		self.take(availability=[{"dealership": OTHER_STORE, "quantity": 0}])
		self.assertEqual((3, 1), frappe.db.get_value(PART, CODE, ["total_quantity", "shortage"]))

	def test_a_system_of_one_store_says_nothing_about_another(self):
		with as_user(make_user("DMS Integration", [STORE])):
			refused = self.take(availability=[{"dealership": OTHER_STORE, "quantity": 3}]).rejected[0]
		self.assertEqual(("dealership", "availability", 1), (refused.field, refused.table, refused.row))


def _copies(tables: dict[str, list[dict]]) -> dict[str, list[dict]]:
	"""Frappe writes into the dicts that it is given."""
	return {table: [dict(row) for row in rows or []] for table, rows in tables.items()}
