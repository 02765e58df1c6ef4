from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.customer_value import api, jobs
from crm4s.customer_value.tests.test_jobs import AS_OF, visit
from crm4s.tests.people import as_user, make_user


class TestWhy(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.group = make_dealership("CW-GROUP", node_kind="Group").name
		cls.east, cls.west = (make_dealership(code, parent=cls.group).name for code in ("CW-EAST", "CW-WEST"))
		cls.known, cls.once, cls.unknown = (make_customer(store=cls.east).name for _number in range(3))
		for day in ("2000-06-01", "2000-12-01", "2001-04-22"):
			visit(cls.known, day, cls.east)
		visit(cls.known, "2001-05-22", cls.west)
		visit(cls.once, "2001-05-12", cls.east)
		cls.log = jobs.run(AS_OF)
		cls.manager, cls.advisor = make_user("CRM Manager", [cls.east]), make_user("Service Advisor", [cls.east])
		cls.all_stores, cls.elsewhere = make_user("Group Manager", [cls.group]), make_user("CRM Manager", [cls.west])

	def explained(self, user: str, customer: str) -> list[dict]:
		with as_user(user):
			return api.explain(customer)["rows"]

	@staticmethod
	def name_of(store: str) -> str:
		return frappe.db.get_value("C4S Dealership", store, "dealership_name")

	def sentences(self, user: str, customer: str) -> dict:
		return {figure["label"]: figure["why"] for figure in self.explained(user, customer)[0]["figures"]}

	def test_a_store_reads_its_own_row_and_the_days_at_its_own_store(self):
		rows = self.explained(self.manager, self.known)
		self.assertEqual([self.name_of(self.east)], [row["title"] for row in rows])
		self.assertEqual(["2000-06-01", "2000-12-01", "2001-04-22"], rows[0]["history"]["days"])

	def test_the_group_reads_the_whole_first_and_then_each_store(self):
		rows = self.explained(self.all_stores, self.known)
		self.assertEqual(["All stores", self.name_of(self.east), self.name_of(self.west)], [row["title"] for row in rows])
		self.assertEqual(4, len(rows[0]["history"]["days"]))

	def test_the_rhythm_is_said_in_days(self):
		self.assertEqual(
			"Came on 3 days in 0.9 years, on average every 162 days; last 40 days ago.", self.sentences(self.manager, self.known)["Probability to Come Again"]
		)

	def test_of_who_came_once_it_says_that_little_is_known(self):
		rows = self.explained(self.manager, self.once)
		self.assertIn("Came once, 20 days ago", self.sentences(self.manager, self.once)["Probability to Come Again"])
		self.assertIsNone(rows[0]["title"])
		self.assertTrue(rows[0]["note"])

	def test_sentences_hold_what_the_run_went_by(self):
		"""Also after the settings were changed."""
		frappe.db.savepoint("run")
		self.addCleanup(frappe.db.rollback, save_point="run")
		frappe.db.set_value("C4S Value Run", self.log, {"given_up_factor": 7, "usual_interval_days": 100})
		self.assertIn("given up after 700", self.sentences(self.manager, self.once)["Probability to Come Again"])

	def test_a_class_that_stayed_says_so(self):
		frappe.db.savepoint("run")
		self.addCleanup(frappe.db.rollback, save_point="run")
		frappe.db.set_value("C4S Customer Value", {"customer": self.once}, {"value_class": "Low Value Stable", "value_if_staying": 104, "risk": 10})
		for cut, stays in ((100, True), (104, False), (110, False)):
			frappe.db.set_value("C4S Value Run", self.log, {"value_cut": cut, "risk_cut": 50, "class_margin": 10})
			self.assertEqual(stays, "The class of the day before stays, as the cut is less than 10 % away." in self.sentences(self.manager, self.once)["Value Class"])

	def test_a_hair_below_the_cut_is_said(self):
		frappe.db.savepoint("run")
		self.addCleanup(frappe.db.rollback, save_point="run")
		frappe.db.set_value("C4S Customer Value", {"customer": self.once}, {"value_if_staying": 6529.7, "risk": 10})
		frappe.db.set_value("C4S Value Run", self.log, {"value_cut": 6530.2, "risk_cut": 44})
		said = self.sentences(self.manager, self.once)["Value Class"]
		self.assertRegex(said, r"Worth .*6,529\.70 .* begins at .*6,530\.20\. Leaves with 10 % probability: at risk begins at 44 %\.")

	def test_without_dealings_nothing_is_said(self):
		self.assertEqual([], self.explained(self.manager, self.unknown))

	def test_it_is_for_who_reads_the_customer_and_values(self):
		for user, customer in ((self.advisor, self.known), (self.elsewhere, self.once)):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				api.explain(customer)

	def test_a_run_says_what_it_found(self):
		with as_user(self.all_stores):
			said = api.describe(self.log)
		self.assertEqual("There are too few customers for a forecast yet.", said[0])
		self.assertEqual(7, len(said))
		# What is said of all stores is not for one of them.
		for reader in (self.advisor, self.manager):
			with as_user(reader), self.assertRaises(frappe.PermissionError):
				api.describe(self.log)

	def test_a_second_run_is_not_begun_beside_the_first(self):
		with as_user(self.all_stores), patch.object(api, "is_job_enqueued", return_value=True), patch.object(frappe, "enqueue") as enqueue:
			self.assertRaises(frappe.ValidationError, api.run_now)
		enqueue.assert_not_called()

	def test_who_asked_hears_of_a_run_that_failed(self):
		with patch.object(frappe, "publish_realtime") as told, patch.object(jobs.summary, "read", side_effect=ValueError), self.assertRaises(ValueError):
			api.run_in_background("Administrator")
		self.assertEqual("c4s_value_run_done", told.call_args.args[0])

	def test_a_run_is_begun_by_who_may(self):
		with as_user(self.advisor), self.assertRaises(frappe.PermissionError):
			api.run_now()
