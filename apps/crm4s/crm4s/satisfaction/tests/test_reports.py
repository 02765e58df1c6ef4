import json

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.report.c4s_recommendation import c4s_recommendation as recommendation
from crm4s.crm4s.report.c4s_satisfaction_drivers import c4s_satisfaction_drivers as drivers
from crm4s.crm4s.report.c4s_satisfaction_index import c4s_satisfaction_index as index
from crm4s.crm4s.report.c4s_survey_voices import c4s_survey_voices as voices
from crm4s.tests.people import as_user, make_user
from crm4s.value.satisfaction import Measures

test_ignore = ["User"]
RESPONSE, ANSWER = "C4S Survey Response", "C4S Survey Answer"
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestSatisfactionReports(FrappeTestCase):
	"""Responses of 2001, a year in which nobody else has any; written as rows, since only the figures are read."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region = make_dealership("SATISFACTION-R", node_kind="Region").name
		cls.one = make_dealership("SATISFACTION-1", parent=cls.region).name
		cls.two = make_dealership("SATISFACTION-2").name
		cls.manager = make_user("CRM Manager", [cls.one])
		cls.advisor = make_user("Service Advisor", [cls.one])
		cls.csi = frappe.get_doc("C4S Survey", {"survey_kind": "CSI"})

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.delete(RESPONSE, {"responded_on": ["between", ["2001-01-01", "2001-12-31"]]})

	def response(self, score: float | None = 800, on: str = "2001-05-10", points=None, shares=None, nps: int | None = None, **values):
		group = "" if nps is None else "Promoter" if nps > 8 else "Passive" if nps > 6 else "Detractor"
		row = frappe.get_doc(
			{
				"doctype": RESPONSE,
				"name": frappe.generate_hash(length=12),
				"survey": self.csi.name,
				"survey_kind": "CSI",
				"responded_on": f"{on} 10:00:00",
				"dealership": self.one,
				"score": score or 0,
				"rated_answers": int(score is not None),
				"nps_answer": nps or 0,
				"nps_group": group,
				"measures": Measures(points=points or {}, shares=shares or {}).as_json(),
				**values,
			}
		)
		row.db_insert()
		return row.name

	def rows(self, view: str, **filters) -> list[dict]:
		return index.execute({**YEAR, "view": view, **filters})[1]

	def test_index_by_month_and_the_change(self):
		self.response(700, "2001-04-30")
		self.response(800, "2001-05-01", {"Maintenance Satisfaction": 750})
		self.response(900, "2001-05-31")
		columns, (april, may), told, chart, summary = index.execute({**YEAR, "view": "Month"})
		self.assertEqual(("2001-04", 1, 700.0), (april["label"], april["answers"], april["index"]))
		self.assertEqual(("2001-05", 2, 850.0, 150.0, 750.0), (may["label"], may["answers"], may["index"], may["change"], may["part_0"]))
		self.assertIn("Maintenance Satisfaction", [column["label"] for column in columns])
		self.assertEqual([700.0, 850.0], chart["data"]["datasets"][0]["values"])
		self.assertEqual(["800.0", 3], [card["value"] for card in summary[:2]])
		self.assertEqual("Small Sample", may["sample"])
		self.assertIn("small sample", told)

	def test_a_month_without_answers_is_not_left_out_of_the_comparison(self):
		for day in ("2001-01-05", "2001-04-05", "2001-05-05"):
			self.response(700, day, nps=9)
		self.assertEqual([None, None, 700.0], [row.get("before") for row in self.rows("Month")])
		self.assertEqual([None, None, 100.0], [row.get("before") for row in recommendation.execute({**YEAR, "view": "Month"})[1]])

	def test_the_period_before_is_as_long_and_ends_the_day_before(self):
		self.response(600, "2001-05-31")
		self.response(800, "2001-06-01")
		(row,) = self.rows("Store", from_date="2001-06-01", to_date="2001-06-30")
		self.assertEqual((self.one, 800.0, 600.0, 200.0), tuple(row[name] for name in ("key", "index", "before", "change")))

	def test_every_view_counts_the_same_answers_where_all_are_named(self):
		model = frappe.db.get_value("C4S Vehicle Model", {}) or None
		for _number in range(2):
			self.response(800, service_advisor=self.advisor, sales_consultant=self.manager, model=model, channel="Phone")
		for view in index.GROUPS:
			self.assertEqual([2], [row["answers"] for row in self.rows(view)], view)

	def test_what_rates_no_person_is_no_row_of_persons(self):
		self.response(800)
		self.assertEqual([], self.rows("Service Advisor"))
		self.assertEqual(1, len(self.rows("Model")))

	def test_without_a_score_nothing_is_counted_but_its_indicators(self):
		self.response(None, points={"Total Value": 800, "Total Cost": 700})
		self.response(500)
		self.assertEqual([1], [row["answers"] for row in self.rows("Store")])
		(row,) = self.rows("Delivered Value")
		self.assertEqual((self.one, 1, 800.0, 300.0, 500.0), tuple(row[name] for name in ("key", "answers", "value", "cost", "delivered")))

	def test_the_tree_of_indicators_and_the_touchpoints(self):
		self.response(800, points={"Maintenance Satisfaction": 700, "Service Advisor": 900})
		found = [(row["key"], row["indent"], row["index"]) for row in self.rows("Indicator")]
		self.assertEqual([("Maintenance Satisfaction", 0, 700.0), ("Service Advisor", 1, 900.0)], found)
		self.assertEqual([("Service Visit: Reception", 900.0)], [(row["key"], row["index"]) for row in self.rows("Touchpoint")])

	def test_experience_over_expectation(self):
		self.response(810, "2001-11-10", {"Service Advisor": 600})
		self.response(900, "2001-02-10", {"Service Advisor": 800}, survey_kind="Expectation")
		found = [(row["key"], row["ratio"]) for row in self.rows("Experience and Expectation", from_date="2001-11-01")]
		self.assertEqual([(None, 0.9), ("Service Advisor", 0.75)], found)
		self.assertEqual([1], [row["answers"] for row in self.rows("Store")])

	def test_a_store_s_manager_counts_the_own_stores_only_and_a_region_counts_those_below(self):
		self.response(800)
		self.response(600, dealership=self.two)
		self.assertEqual([self.one], [row["key"] for row in self.rows("Store", dealership=self.region)])
		with as_user(self.manager):
			for view in ("Store", "Month", "Survey"):
				self.assertEqual([1], [row["answers"] for row in self.rows(view)], view)
			self.assertEqual([], self.rows("Store", dealership=self.two))
			self.assertEqual([], recommendation.execute({**YEAR, "dealership": self.two})[1])

	def test_the_rated_person_sees_own_figures_from_five_answers_on_and_nobody_else_s(self):
		other = "other@example.com"
		with freeze_time("2002-01-15"):
			for _number in range(4):
				self.response(700, service_advisor=self.advisor)
			self.response(100, service_advisor=other)
			with as_user(self.advisor):
				self.assertEqual([None], [row["index"] for row in self.rows("Service Advisor")])
				self.assertNotIn("part_0", self.rows("Store", service_advisor=other)[0])
			self.response(800, service_advisor=self.advisor, points={"Maintenance Satisfaction": 900})
			with as_user(self.advisor):
				for view in ("Service Advisor", "Month", "Indicator"):
					# A period of the reader's choice would tell one answer by the difference of two.
					_columns, rows, told, _chart, summary = index.execute({"view": view, "from_date": "2001-05-10", "to_date": "2001-05-10", "service_advisor": other})
					self.assertEqual([(5, 720.0)], [(row["answers"], row["index"]) for row in rows], view)
					self.assertIsNone(rows[0].get("part_0"))
					self.assertIn("2001", told)
					self.assertIsNone(summary)
				for report in (recommendation, drivers, voices):
					self.assertRaises(frappe.PermissionError, report.execute, dict(YEAR))

	def test_a_manager_who_is_rated_does_not_see_few_answers_about_himself(self):
		for number in range(4):
			self.response(700, sales_consultant=self.manager, nps=9, points={"Purchase Satisfaction": 700}, on=f"2001-05-{10 + number}")
		self.response(900, sales_consultant="other@example.com")
		with as_user(self.manager):
			self.assertEqual([("other@example.com", 900.0)], [(row["key"], row["index"]) for row in self.rows("Sales Consultant")])
			with freeze_time("2002-01-15"):
				for view in ("Month", "Store", "Indicator"):
					found = index.execute({**YEAR, "view": view, "sales_consultant": self.manager})
					self.assertEqual([(4, None)], [(row["answers"], row["index"]) for row in found[1]], view)
					self.assertIsNone(found[4])
			self.assertEqual([], recommendation.execute({**YEAR, "view": "Store", "sales_consultant": self.manager})[1])

	def test_a_manager_who_is_rated_finds_nothing_about_himself_in_any_view_or_quote(self):
		self.said("师傅很专业", 100, response={"sales_consultant": self.manager, "nps": 0})
		self.response(900, nps=10)
		for user, answers, score in (("Administrator", 2, "500.0"), (self.manager, 1, "900.0")):
			with as_user(user):
				for view in ("Month", "Store", "Survey"):
					_columns, rows, _told, _chart, cards = index.execute({**YEAR, "view": view})
					self.assertEqual(([answers], score, answers), ([row["answers"] for row in rows], cards[0]["value"], cards[1]["value"]), view)
					self.assertEqual([answers], [row["answers"] for row in recommendation.execute({**YEAR, "view": view})[1]])
				self.assertEqual(answers - 1, voices.execute(dict(YEAR))[4][0]["value"])

	def test_who_may_run_them(self):
		with as_user(make_user("Technician", [self.one])):
			for report in ("C4S Satisfaction Index", "C4S Satisfaction Drivers", "C4S Survey Voices", "C4S Recommendation"):
				self.assertRaises(frappe.PermissionError, run, report, {})
		for user in (self.manager, self.advisor):
			with as_user(user):
				self.assertIn("columns", run("C4S Satisfaction Index", {"view": "Store"}))

	def test_a_view_that_is_none_is_refused(self):
		for report in (index, recommendation, drivers, voices):
			self.assertRaises(frappe.ValidationError, report.execute, {"view": "name; drop table"})

	def test_recommendation_by_store(self):
		for nps in (10, 9, 7, 3):
			self.response(None, nps=nps)
		self.response(None, "2000-12-30", nps=0)
		(row,) = recommendation.execute({**YEAR, "view": "Store"})[1]
		self.assertEqual((4, 25.0, 2, 1, 1, "Small Sample"), tuple(row[name] for name in ("answers", "nps", "promoters", "passives", "detractors", "sample")))
		self.assertEqual(-100.0, row["before"])
		self.assertLess(row["low"], 0)
		frappe.db.delete(RESPONSE, {"responded_on": "2000-12-30 10:00:00"})

	def test_drivers_of_the_recommendation(self):
		first, second = [question for question in self.csi.questions if question.indicator][:2]
		for number in range(40):
			share = (number % 10) / 9
			self.response(500 + 400 * share, shares={first.name: share, second.name: number % 7 / 6}, nps=round(10 * share), on=f"2001-05-{1 + number % 28:02}")
		columns, rows, told, chart, summary = drivers.execute({**YEAR, "survey": self.csi.name})
		self.assertEqual([first.question, second.question], [row["question"] for row in rows])
		self.assertAlmostEqual(1, rows[0]["effect"], delta=0.1)
		self.assertEqual("Moves It", rows[0]["sure"])
		self.assertGreater(rows[0]["share"], 90)
		self.assertEqual(40, summary[0]["value"])
		self.assertIn("Choose a survey", drivers.execute(dict(YEAR))[2])
		self.assertIn("At least 30", drivers.execute({**YEAR, "survey": self.csi.name, "to_date": "2001-05-05"})[2])

	def said(self, text: str, score: float = 500, **values) -> str:
		response = self.response(score, **values.pop("response", {}))
		row = {"doctype": ANSWER, "parent": response, "parenttype": RESPONSE, "parentfield": "answers", "question_kind": "Text", "text": text, **values}
		frappe.get_doc({**row, "name": frappe.generate_hash(length=12)}).db_insert()
		return response

	def test_key_words_are_cut_from_chinese_and_told_by_the_score(self):
		self.said("休息区太小，排队很久，电话 13800138000", 300)
		newest = self.said("我们在休息室等候了很久", 400, response={"on": "2001-05-11"})
		self.said("8", 900, question_kind="Rating 1-10", number=8, reason="师傅很专业，休息区干净")
		rows = {row["word"]: row for row in voices.execute(dict(YEAR))[1]}
		self.assertEqual((3, "Complaint", newest), (rows["休息区"]["answers"], rows["休息区"]["polarity"], rows["休息区"]["response_0"]))
		self.assertEqual(2, rows["等待"]["answers"])
		self.assertNotIn("我们", rows)
		self.assertNotIn("13800138000", json.dumps(rows, ensure_ascii=False))
		self.assertEqual(["休息区"], [row["word"] for row in voices.execute({**YEAR, "polarity": "Complaint"})[1] if row["word"] == "休息区"])

	def test_what_a_stranger_wrote_is_no_formula_in_a_spreadsheet(self):
		for _number in range(2):
			self.said('=HYPERLINK("http://example.com","点击领奖")', 300)
		quotes = {row["quote_0"] for row in voices.execute(dict(YEAR))[1]}
		self.assertEqual({"'="}, {quote[:2] for quote in quotes})

	def test_wishes_and_complaints_are_counted_by_choice(self):
		question = self.csi.questions[0].name
		frappe.db.set_value("C4S Survey Question", question, "counts_as", "Most Complained")
		self.said("等待时间\n收费", 400, question_kind="Multiple Choice", question_row=question)
		self.said("收费", 600, question_kind="Multiple Choice", question_row=question)
		rows = voices.execute({**YEAR, "view": "Most Complained"})[1]
		self.assertEqual([("收费", 2, 100.0, 500.0), ("等待时间", 1, 50.0, 400.0)], [tuple(row.values()) for row in rows])
		frappe.db.set_value("C4S Survey Question", question, "counts_as", "")

	def test_what_counts_as_small_is_a_setting(self):
		self.response(800)
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(small_sample_below=1)
		self.assertEqual([""], [row["sample"] for row in self.rows("Store")])
		change_settings(small_sample_below=30)

