from datetime import date
from unittest.mock import patch

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_improvement_action.test_c4s_improvement_action import make_action
from crm4s.crm4s.doctype.c4s_kpi.test_c4s_kpi import make_kpi
from crm4s.crm4s.doctype.c4s_kpi_target.test_c4s_kpi_target import make_target
from crm4s.scorecard import api, results
from crm4s.scorecard.tests.test_results import make_tree, put_leads
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
RESULT = "C4S KPI Result"
APRIL, MAY = date(2001, 4, 1), date(2001, 5, 1)


class TestScorecard(FrappeTestCase):
	"""A KPI of two stores in April and May 2001: the first falls from 50 % to 25 %, the second rises from 10 % to 20 %."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region, cls.first, cls.second = make_tree()
		frappe.db.set_value("C4S KPI", {"name": ["is", "set"]}, "enabled", 0)
		cls.kpi = make_kpi(enabled=1)
		cls.anna = make_user("Sales Consultant", [cls.first])
		put_leads(cls.first, 10, 5, cls.anna, "2001-04")
		put_leads(cls.second, 10, 1, "", "2001-04")
		put_leads(cls.first, 8, 2, cls.anna)
		put_leads(cls.second, 10, 2)
		cls.manager, cls.regional = make_user("Dealer Manager", [cls.first]), make_user("Group Manager", [cls.region])
		for month in (APRIL, MAY):
			results.count_month(cls.kpi, month)

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		frappe.clear_cache(doctype="C4S KPI")
		super().tearDownClass()

	def setUp(self):
		frappe.db.savepoint("before_card")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_card")

	def card(self, user: str, node: str) -> dict:
		with as_user(user):
			return api.get_scorecard(node, "2001-05-17")

	def test_a_tile_says_value_target_light_and_what_was_before(self):
		make_target(self.first, kpi=self.kpi.name, target=20, month=5, year=2001)
		(tile,) = self.card(self.manager, self.first)["kpis"]
		self.assertEqual((25, 50, 20, 125, "Green"), tuple(tile[name] for name in ("value", "before", "target", "reached", "light")))
		self.assertEqual([None] * 11 + [50, 25], tile["trend"])

	def test_the_composite_score_is_of_the_month_and_the_ones_before(self):
		points = self.card(self.manager, self.first)["points"]
		self.assertEqual((100, 120), (points["value"], points["before"]))

	def test_a_fall_names_who_moved_it(self):
		(mover,) = self.card(self.manager, self.first)["movers"]
		self.assertEqual((-25, False), (mover["change"], mover["better"]))
		self.assertEqual([(self.anna, -25)], [(part["key"], round(part["change"], 6)) for part in mover["parts"]])

	def test_a_region_says_which_store_moved_it(self):
		# 6 of 20 before, 4 of 18 now; each store's surplus over 30 %: 2 and −2 of 20 before, −0.4 and −1 of 18 now.
		(mover,) = self.card(self.regional, self.region)["movers"]
		parts = {part["key"]: round(part["change"], 2) for part in mover["parts"]}
		self.assertEqual({self.first: round(100 * (-0.4 / 18 - 2 / 20), 2), self.second: round(100 * (-1 / 18 + 2 / 20), 2)}, parts)
		self.assertAlmostEqual(100 * (4 / 18 - 6 / 20), mover["change"], 3)

	def test_a_region_lists_its_stores_and_a_store_its_people(self):
		region, store = self.card(self.regional, self.region), self.card(self.manager, self.first)
		self.assertEqual([(self.first, 25), (self.second, 20)], [(row["store"], row["cells"][0]["value"]) for row in region["stores"]["rows"]])
		self.assertEqual(({}, {}), (region["people"], store["stores"]))
		self.assertEqual([(self.anna, 25)], [(row["person"], row["cells"][0]["value"]) for row in store["people"]["rows"]])

	def test_two_stores_tell_nothing_of_each_other_but_the_region_sees_both(self):
		(tile,) = self.card(self.manager, self.first)["kpis"]
		self.assertEqual((None, None, None), tuple(tile[name] for name in ("rank", "best", "median")))
		with as_user("Administrator"):
			(tile,) = api.get_scorecard(self.first, "2001-05-01")["kpis"]
		self.assertEqual((1, 25, 22.5), tuple(tile[name] for name in ("rank", "best", "median")))

	def test_best_and_median_of_three_stores_are_told_without_names(self):
		third = make_dealership("CARD-R3", parent_c4s_dealership=self.region).name
		put_leads(third, 10, 4)
		results.count_month(self.kpi, MAY)
		card = self.card(self.manager, self.first)
		self.assertEqual((2, 3, 40, 25), tuple(card["kpis"][0][name] for name in ("rank", "stores", "best", "median")))
		for store in (self.second, third):
			self.assertNotIn(store, frappe.as_json(card))

	def test_another_store_is_refused_and_so_is_who_may_not_read_figures(self):
		calls = [lambda: api.get_scorecard(self.second, "2001-05-01"), lambda: api.get_details(self.kpi.name, self.second, "2001-05-01"), lambda: api.get_rivals(self.second, "2001-05-01"), lambda: api.write_note(self.kpi.name, self.second, "2001-05-01", "x")]
		calls += [lambda: api.get_scorecard(self.region, "2001-05-01")]
		with as_user(self.manager):
			for call in calls:
				self.assertRaises(frappe.PermissionError, call)
		with as_user(self.anna):
			for call in (api.get_choices, lambda: api.get_scorecard(self.first, "2001-05-01"), lambda: run("C4S Scorecard", {"to_month": "2001-05-01"})):
				self.assertRaises(frappe.PermissionError, call)

	def test_the_nodes_to_choose_from_are_the_readers(self):
		with as_user(self.manager):
			self.assertEqual([self.first], [node["name"] for node in api.get_choices()["nodes"]])
		with as_user(self.regional):
			nodes = api.get_choices()["nodes"]
		self.assertEqual([(self.region, 0), (self.first, 1), (self.second, 1)], [(node["name"], node["depth"]) for node in nodes])

	def test_details_lead_to_the_documents_of_the_window(self):
		with as_user(self.manager):
			details = api.get_details(self.kpi.name, self.first, "2001-05-01")
			won, received = details["documents"]
			self.assertEqual((2, 8), tuple(len(frappe.get_list(one["doctype"], one["filters"])) for one in (won, received)))
		self.assertEqual(["2001-05-01", "2001-05-31"], details["window"])

	def test_a_note_stands_beside_the_figure(self):
		with as_user(self.manager):
			api.write_note(self.kpi.name, self.first, "2001-05-20", "车展")
			self.assertEqual(["车展"], [note["note"] for note in api.get_scorecard(self.first, "2001-05-01")["notes"]])
		self.assertEqual(1, len(self.card(self.regional, self.region)["notes"]))

	def test_an_improvement_is_measured_again(self):
		result = frappe.db.get_value(RESULT, {"kpi": self.kpi.name, "dealership": self.first, "month": APRIL, "person": ""})
		action = make_action(dealership=self.first, document_type=RESULT, document_name=result).name
		for user, node in ((self.manager, self.first), (self.regional, self.region)):
			(row,) = self.card(user, node)["actions"]
			self.assertEqual((action, 50, 25), (row["name"], row["then"], row["now"]))
		with as_user(self.manager):
			effect = api.get_effect(action)
		self.assertEqual((50, 25), (effect["then"]["value"], effect["now"]["value"]))

	def test_only_few_count_a_reported_month_anew(self):
		with as_user(self.manager):
			self.assertRaises(frappe.PermissionError, api.count_again, "2001-05-01")
		put_leads(self.first, 2, 2)
		with as_user(self.regional):
			self.assertGreater(api.count_again("2001-05-01"), 0)
		self.assertEqual(40, self.card(self.manager, self.first)["kpis"][0]["value"])

	def test_the_table_has_the_readers_stores(self):
		with as_user(self.manager):
			rows = run("C4S Scorecard", {"from_month": "2001-04-01", "to_month": "2001-05-01"})["result"]
			people = run("C4S Scorecard", {"to_month": "2001-05-01", "persons": 1})["result"]
		self.assertEqual([("2001-04", 50, 200), ("2001-05", 25, 100)], [(row["month"], row["value"], row["reached"]) for row in rows])
		self.assertEqual([25], [row["value"] for row in people])
		with as_user(self.regional):
			self.assertEqual(6, len(run("C4S Scorecard", {"from_month": "2001-04-01", "to_month": "2001-05-01"})["result"]))
			with patch("crm4s.crm4s.report.c4s_scorecard.c4s_scorecard.MOST_NODES_OF_PERSONS", 1), self.assertRaisesRegex(frappe.ValidationError, "to see its people"):
				run("C4S Scorecard", {"to_month": "2001-05-01", "persons": 1})
		# As periodic reports ask for it.
		self.assertEqual({"2001-05"}, {row["month"] for row in run("C4S Scorecard", {"from_date": "2001-05-11", "to_date": "2001-05-20", "dealership": self.first})["result"]})
		with self.assertRaisesRegex(frappe.ValidationError, "at most 36 months"):
			run("C4S Scorecard", {"from_month": "1991-04-01", "to_month": "2001-05-01"})
