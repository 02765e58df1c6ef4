from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.scorecard.counting import Window
from crm4s.scorecard.measures import MEASURES
from crm4s.scorecard.tests.rows import put
from crm4s.tests.people import make_user

test_ignore = ["User"]
MAY = date(2001, 5, 1)
LAST = "2001-05-31 23:59:00"


class TestMeasures(FrappeTestCase):
	"""What happened in 2001, a year in which nobody else has anything."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = (make_dealership(code).name for code in ("CARD-1", "CARD-2"))

	def setUp(self):
		frappe.db.savepoint("before_measure")

	def tearDown(self):
		frappe.db.rollback(save_point="before_measure")

	def amounts(self, measure: str, months: int = 1, month: date = MAY) -> dict[tuple[str, str], float]:
		found: dict = {}
		for store, person, amount in MEASURES[measure].count(Window.ending_with(month, months)):
			if store in (self.store, self.other):
				found[store, person] = found.get((store, person), 0) + amount
		return found

	def test_satisfaction_counts_rated_answers_of_purchases_and_services(self):
		about = {"dealership": self.store, "responded_on": LAST, "rated_answers": 3}
		put("C4S Survey Response", **about, survey_kind="CSI", score=800, service_advisor="a", sales_consultant="b")
		put("C4S Survey Response", **about, survey_kind="SSI", score=900, service_advisor="a", sales_consultant="b")
		put("C4S Survey Response", **about, survey_kind="Expectation", score=1000)
		put("C4S Survey Response", **{**about, "rated_answers": 0}, survey_kind="CSI", score=0)
		self.assertEqual({(self.store, "a"): 800, (self.store, "b"): 900}, self.amounts("Satisfaction Points"))
		self.assertEqual({(self.store, "a"): 1, (self.store, "b"): 1}, self.amounts("Surveys Answered"))

	def test_promoters_less_detractors(self):
		about = {"dealership": self.store, "responded_on": LAST, "survey_kind": "NPS"}
		for group, count in (("Promoter", 3), ("Passive", 2), ("Detractor", 1), ("", 4)):
			put("C4S Survey Response", count, **about, nps_group=group)
		self.assertEqual({(self.store, ""): 2}, self.amounts("Promoters Less Detractors"))
		self.assertEqual({(self.store, ""): 6}, self.amounts("Recommendation Answers"))

	def test_leads_count_when_they_came_and_when_they_were_won(self):
		put("C4S Lead", 2, dealership=self.store, received_on="2001-04-30 23:59:00", won_on=LAST, status="Won", sales_consultant="a")
		put("C4S Lead", 3, dealership=self.store, received_on="2001-05-01", status="Open")
		put("C4S Lead", dealership=self.store, received_on="2001-06-01", status="Open")
		self.assertEqual({(self.store, ""): 3}, self.amounts("Leads Received"))
		self.assertEqual({(self.store, ""): 3, (self.store, "a"): 2}, self.amounts("Leads Received", months=2))
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Leads Won"))

	def test_cars_bought_again_and_by_known_customers(self):
		deal = {"dealership": self.store, "status": "Delivered", "delivered_on": LAST, "sales_consultant": "a"}
		put("C4S Deal", **deal, customer="old buyer", purchase_kind="Replacement")
		put("C4S Deal", **deal, customer="served", purchase_kind="Additional")
		put("C4S Deal", **deal, customer="new", purchase_kind="First")
		put("C4S Deal", **{**deal, "status": "Cancelled"}, customer="gone")
		put("C4S Deal", **{**deal, "delivered_on": "2001-03-02"}, customer="old buyer")
		put("C4S Service Visit", dealership=self.other, customer="served", settled_on="2001-05-30", status="Settled")
		put("C4S Service Visit", dealership=self.store, customer="new", settled_on=LAST, status="Settled")
		self.assertEqual({(self.store, "a"): 3}, self.amounts("Cars Delivered"))
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Cars Bought Again"))
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Cars Delivered to Known Customers"))

	def test_a_referral_names_the_deal_that_it_brought(self):
		names = put("C4S Deal", 2, dealership=self.store, status="Delivered", delivered_on=LAST)
		put("C4S Referral", dealership=self.store, deal=names[0])
		self.assertEqual({(self.store, ""): 1}, self.amounts("Cars Delivered on Recommendation"))

	def test_who_came_in_one_window_and_again_in_the_next(self):
		def visit(customer: str, *days: str, store: str | None = None):
			for day in days:
				put("C4S Service Visit", dealership=store or self.store, customer=customer, settled_on=day, status="Settled")

		visit("came again", "2001-02-10", "2001-03-10", "2001-04-10", "2001-05-10")
		visit("stayed away", "2001-03-31 22:00:00")
		visit("new", "2001-04-01")
		visit("too long ago", "2001-01-31", "2001-05-02")
		visit("moved", "2001-03-05")
		visit("moved", "2001-05-05", store=self.other)
		self.assertEqual({(self.store, ""): 3}, self.amounts("Customers Served Before", months=2))
		self.assertEqual({(self.store, ""): 1}, self.amounts("Customers Served Again", months=2))

	def test_churn_asks_for_the_month_before_the_window(self):
		put("C4S Return Month", dealership=self.store, model="x", month="2000-11-01", node=1, cars=8, back_6=5)
		put("C4S Return Month", dealership=self.store, model="y", month="2000-11-01", node=1, cars=2, back_6=2)
		put("C4S Return Month", dealership=self.store, model="x", month="2000-12-01", node=1, cars=90, back_6=0)
		self.assertEqual({(self.store, ""): 10}, self.amounts("Cars Served Before", months=6))
		self.assertEqual({(self.store, ""): 3}, self.amounts("Cars Not Back Since", months=6))

	def test_margin_is_of_visits_and_cars_and_costs_may_be_nobodys(self):
		put("C4S Service Visit", dealership=self.store, settled_on=LAST, status="Settled", margin=300.25)
		put("C4S Service Visit", dealership=self.store, settled_on=LAST, status="Cancelled", margin=9999)
		put("C4S Deal", dealership=self.store, delivered_on=LAST, status="Delivered", margin=-100.25)
		self.assertEqual({(self.store, ""): 200}, self.amounts("Margin Earned"))
		put("C4S Customer Cost", dealership=self.store, incurred_on="2001-05-31", amount=12.5, customer="x")
		put("C4S Customer Cost", incurred_on="2001-05-31", amount=4, customer="x")
		spent = MEASURES["Relationship Cost"].count(Window.ending_with(MAY, 1))
		self.assertIn((self.store, "", 12.5), spent)
		self.assertEqual(16.5, sum(amount for _store, _person, amount in spent))

	def test_complaints_are_due_when_their_time_is_over_or_they_are_resolved(self):
		about = {"dealership": self.store, "resolve_by": LAST, "handler": "a"}
		put("C4S Complaint", 2, **about, resolved_on="2001-05-31 23:59:00")
		put("C4S Complaint", **about, resolved_on="2001-06-01")
		put("C4S Complaint", **about)
		put("C4S Complaint", **about, paused_since="2001-05-20")
		self.assertEqual({(self.store, "a"): 4}, self.amounts("Complaints Due"))
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Complaints Resolved in Time"))

	def test_a_complaint_is_handled_effectively_when_the_customer_is_satisfied_at_once(self):
		about = {"dealership": self.store, "closed_on": LAST, "status": "Closed"}
		for satisfaction, reopened in ((5, 0), (4, 0), (5, 1), (3, 0), (0, 0)):
			put("C4S Complaint", **about, satisfaction=satisfaction, times_reopened=reopened)
		self.assertEqual({(self.store, ""): 4}, self.amounts("Complaints Judged"))
		self.assertEqual({(self.store, ""): 2}, self.amounts("Complaints Handled Effectively"))

	def test_hand_overs_are_contacts_complaints_and_leads(self):
		put("C4S Interaction", dealership=self.store, due_on=LAST, answered_on="2001-05-31 20:00:00", handler="a")
		put("C4S Complaint", dealership=self.store, respond_by=LAST, responded_on="2001-06-02", handler="a")
		put("C4S Lead", dealership=self.store, respond_by=LAST, sales_consultant="b")
		self.assertEqual({(self.store, "a"): 2, (self.store, "b"): 1}, self.amounts("Hand-Overs Due"))
		self.assertEqual({(self.store, "a"): 1}, self.amounts("Hand-Overs in Time"))

	def test_each_of_the_staff_counts_once_however_much_is_learned(self):
		learner, idle = make_user("Technician", [self.store]), make_user("Technician", [self.store])
		put("C4S Training Record", 2, person=learner, dealership=self.store, trained_on="2001-05-31", result="Passed")
		put("C4S Training Record", person=idle, dealership=self.store, trained_on="2001-05-31", result="Not Passed")
		self.assertEqual({(self.store, ""): 2}, self.amounts("Staff"))
		self.assertEqual({(self.store, ""): 1}, self.amounts("Staff Trained"))

	def test_a_half_done_plan_counts_half(self):
		put("C4S Work Plan", person="a", dealership=self.store, month="2001-05-01", planned_items=4, done_items=1, done_percent=50)
		self.assertEqual({(self.store, "a"): 4}, self.amounts("Work Planned"))
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Work Done"))

	def test_comebacks_are_visits_too(self):
		put("C4S Service Visit", dealership=self.store, settled_on=LAST, status="Settled", service_advisor="a")
		put("C4S Service Visit", dealership=self.store, settled_on=LAST, status="Settled", service_advisor="a", comeback_of="x")
		self.assertEqual({(self.store, "a"): 2}, self.amounts("Visits Settled"))
		self.assertEqual({(self.store, "a"): 1}, self.amounts("Comebacks"))

	def test_every_measure_answers_and_says_where_its_documents_are(self):
		for name, measure in MEASURES.items():
			doctype, moment, filters = measure.documents
			with self.subTest(name):
				measure.count(Window.ending_with(MAY, (measure.windows or (3,))[0]))
				for field in (moment, "dealership", *filters):
					self.assertTrue(frappe.get_meta(doctype).get_field(field), field)
