import frappe
from frappe import _
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_message_outcomes.c4s_message_outcomes import VIEWS, execute
from crm4s.messages.decision import CONSENT_WITHDRAWN, ON_SUPPRESSION_LIST
from crm4s.patches import name_kinds_of_reasons
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


class TestMessageOutcomes(FrappeTestCase):
	"""Six messages of one store and one of another, of 2001."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("OUTCOMES-1").name, make_dealership("OUTCOMES-2").name
		cls.customer, cls.other = make_customer(store=cls.one).name, make_customer(store=cls.one).name
		sent = {"sent_on": "2001-05-02 10:00:00", "cost": 0.05}
		cls.make(status="Received by Customer", **sent)
		cls.make(status="Sent", **{**sent, "customer": cls.other})
		cls.invited = cls.make(status="Sent", **{**sent, "customer": cls.other}, reference_doctype="C4S Survey Invitation", reference_name="SI-TEST-1")
		cls.make(status="Not Delivered", channel_kind="SMS")
		cls.make(status="To Be Sent", channel_kind="")
		for kind in (CONSENT_WITHDRAWN, ON_SUPPRESSION_LIST):
			cls.make(status="Suppressed", channel_kind="", reason_kind=kind)
		cls.make(cls.two, status="Sent", **{**sent, "sent_on": "2001-05-02 08:00:00"})
		cls.row("C4S Service Appointment", customer=cls.customer, creation="2001-05-10 09:00:00", planned_from="2001-05-20 09:00:00", status="Booked", dealership=cls.one)
		cls.row("C4S Service Appointment", customer=cls.other, creation="2001-05-20 09:00:00", planned_from="2001-05-21 09:00:00", status="Booked", dealership=cls.one)
		cls.row("C4S Survey Response", invitation="SI-TEST-1", dealership=cls.one, creation="2001-05-03 09:00:00")

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	@classmethod
	def make(cls, store: str | None = None, **values) -> str:
		given = {"dealership": store or cls.one, "customer": cls.customer, "channel_kind": "SMS", "template": "满意度调查邀请", "purpose": "Follow-up and Surveys", "creation": "2001-05-01 09:00:00"}
		return cls.row("C4S Message", **{**given, **values})

	@classmethod
	def row(cls, doctype: str, **values) -> str:
		document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=12), **values})
		document.db_insert()
		frappe.db.set_value(doctype, document.name, "creation", values.get("creation", "2001-05-01 09:00:00"), update_modified=False)
		return document.name

	def tearDown(self):
		frappe.set_user("Administrator")

	def rows(self, **filters) -> dict[str, dict]:
		return {row["key"]: row for row in execute({**YEAR, **filters})[1]}

	def test_what_became_of_a_channel_s_messages_and_what_followed(self):
		found = self.rows(dealership=self.one)
		counts = ("asked", "waiting", "sent", "received", "failed", "suppressed", "without_consent", "booked", "answered")
		self.assertEqual((4, 0, 3, 1, 1, 0, 0, 1, 1), tuple(found["SMS"][name] for name in counts))
		self.assertEqual((0.15, 0.05, 75.0, 25.0, 0.15), tuple(found["SMS"][name] for name in ("cost", "cost_each", "sent_percent", "failed_percent", "cost_per_booking")))
		self.assertEqual((3, 1, 0, 0, 0, 2, 1, 0, 0), tuple(found[""][name] for name in counts))

	def test_of_several_messages_before_a_booking_or_an_answer_the_last_counts_and_cancelled_ones_do_not(self):
		frappe.db.savepoint("before_reminders")
		later = {"status": "Sent", "sent_on": "2001-05-02 12:00:00", "cost": 0.05}
		self.make(channel_kind="E-mail", **later)
		self.make(channel_kind="WeChat", **{**later, "sent_on": "2001-05-11 12:00:00"})
		self.make(channel_kind="E-mail", reference_doctype="C4S Survey Invitation", reference_name="SI-TEST-1", **{**later, "customer": self.other})
		self.row("C4S Service Appointment", customer=self.customer, creation="2001-05-10 10:00:00", planned_from="2001-05-21 09:00:00", status="Cancelled", dealership=self.one)
		found = self.rows(dealership=self.one)
		self.assertEqual({"SMS": (0, 0), "E-mail": (1, 1), "WeChat": (0, 0)}, {key: (row["booked"], row["answered"]) for key, row in found.items() if key})
		frappe.db.rollback(save_point="before_reminders")

	def test_messages_of_before_get_their_kind_from_their_sentence(self):
		"""In the language in which it was kept."""
		frappe.db.savepoint("before_patch")
		self.addCleanup(frappe.db.rollback, save_point="before_patch")
		told = {"The customer's file is closed.": "File Closed", "短信：没有这个渠道。 " + _("{channel}: the customer has given no consent.", "zh").format(channel="短信"): "No Consent"}
		made = {self.make(status="Suppressed", channel_kind="", reason=sentence): kind for sentence, kind in told.items()}
		name_kinds_of_reasons.execute()
		self.assertEqual(made, {name: frappe.db.get_value("C4S Message", name, "reason_kind") for name in made})
		self.assertEqual(2, self.rows(dealership=self.one)[""]["without_consent"])

	def test_every_view_counts_the_same_messages(self):
		for view in VIEWS:
			with self.subTest(view):
				self.assertEqual((8, 4), tuple(sum(row[name] for row in self.rows(view=view).values()) for name in ("asked", "sent")))

	def test_a_store_counts_its_own_messages(self):
		with as_user(make_user("CRM Manager", [self.two])):
			self.assertEqual({"SMS": 1}, {key: row["asked"] for key, row in self.rows().items()})
			self.assertEqual({}, self.rows(dealership=self.one))

	def test_an_agent_may_not_run_it(self):
		with as_user(make_user("Customer Service Representative", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Message Outcomes", {})
