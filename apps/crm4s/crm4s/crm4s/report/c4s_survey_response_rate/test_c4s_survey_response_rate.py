import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey
from crm4s.crm4s.report.c4s_survey_response_rate.c4s_survey_response_rate import VIEWS, execute
from crm4s.surveys.tests.test_inviting import insert_plainly
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestSurveyResponseRate(FrappeTestCase):
	"""Invitations of 2001, a year in which nobody else has any."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("RATE-1").name, make_dealership("RATE-2").name
		cls.survey, cls.customer = make_survey().name, make_customer(store=cls.one).name
		low = {"is_low": 1, "loop_closed_on": "2001-05-03", "hours_to_close": 12}
		cls.invite(cls.one, "Answered", "SMS", response=insert_plainly("C4S Survey Response", survey=cls.survey, dealership=cls.one, responded_on="2001-05-02", **low))
		cls.invite(cls.one, "Expired", "SMS")
		cls.invite(cls.one, "Expired", None)
		cls.invite(cls.two, "Answered", "WeChat", due_on="2001-06-01")
		cls.addClassCleanup(frappe.db.rollback)

	@classmethod
	def invite(cls, store: str, status: str, channel: str | None, due_on: str = "2001-05-01", **values):
		name = insert_plainly("C4S Survey Invitation", survey=cls.survey, dealership=store, customer=cls.customer, status=status, due_on=due_on, expires_on=due_on, **values)
		sent = {"status": "Sent", "channel_kind": channel} if channel else {"status": "Suppressed"}
		insert_plainly("C4S Message", source_key=f"survey:{name}:1", customer=cls.customer, dealership=store, **sent)

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, **filters})[1]

	def test_what_came_of_the_invitations_of_each_channel(self):
		found = {row["label"]: tuple(row[name] for name in ("invited", "answered", "response_percent", "ended", "low", "hours")) for row in self.rows()}
		self.assertEqual({"SMS": (2, 1, 50.0, 1, 1, 12.0), "WeChat": (1, 1, 100.0, 0, 0, 0.0), "Not Sent": (1, 0, 0.0, 1, 0, 0.0)}, found)

	def test_every_view_counts_the_same_invitations(self):
		for view in VIEWS:
			self.assertEqual(4, sum(row["invited"] for row in self.rows(view=view)), view)
		self.assertEqual(["2001-05", "2001-06"], [row["label"] for row in self.rows(view="Month")])
		self.assertEqual([], self.rows(survey="Another"))

	def test_a_store_s_user_counts_the_own_store_only(self):
		with as_user(make_user("CRM Specialist", [self.two])):
			self.assertEqual([1], [row["invited"] for row in self.rows()])
			self.assertEqual([], self.rows(dealership=self.one))
		with as_user(make_user("Service Advisor", [self.two])), self.assertRaises(frappe.PermissionError):
			run("C4S Survey Response Rate", {})
