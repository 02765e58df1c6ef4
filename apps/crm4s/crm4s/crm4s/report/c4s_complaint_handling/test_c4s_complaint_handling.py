import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_complaint_handling.c4s_complaint_handling import VIEWS, execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}
DAY = 86_400


class TestComplaintHandling(FrappeTestCase):
	"""Four complaints of one store and one of another, of 2001, when nobody else has any."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.region = make_dealership("HANDLING-REGION", node_kind="Region").name
		cls.store, cls.other = make_dealership("HANDLING-1", parent=cls.region).name, make_dealership("HANDLING-2").name
		cls.customer, cls.vehicle = make_customer(store=cls.store).name, make_vehicle().name
		promised = {"respond_by": "2001-03-01 12:00:00", "resolve_by": "2001-03-04 12:00:00"}
		quick = {"responded_on": "2001-03-01 11:00:00", "resolved_on": "2001-03-03 12:00:00", "closed_on": "2001-03-03 12:00:00", "status": "Closed"}
		cls.make(**promised, **quick, closed_loop=2 * DAY, satisfaction=5, vehicle=cls.vehicle, outcome="Compensate", compensation_amount=200)
		late = {"responded_on": "2001-03-02 11:00:00", "resolved_on": "2001-03-05 12:00:00", "closed_on": "2001-03-07 12:00:00", "status": "Closed"}
		cls.late = cls.make(**promised, **late, closed_loop=6 * DAY, satisfaction=2, times_reopened=1)
		cls.make(**promised, status="Open", responded_on=None)
		cls.make(respond_by="2099-03-01 12:00:00", resolve_by="2099-03-01 12:00:00", status="Open", responded_on=None)
		cls.make(store=cls.other, **promised, **quick, closed_loop=1 * DAY)
		for told_on in ("2001-03-02 12:00:00", "2001-03-03 12:00:00", None):
			values = {"document_type": "C4S Complaint", "document_name": cls.late, "dealership": cls.store, "status": "Done", "told_on": told_on}
			frappe.get_doc({"doctype": "C4S Escalation", "name": frappe.generate_hash(length=10), "step_key": frappe.generate_hash(), **values}).db_insert()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	@classmethod
	def make(cls, store: str | None = None, **stored) -> str:
		name = make_complaint(dealership=store or cls.store).name
		frappe.db.set_value("C4S Complaint", name, {"received_on": "2001-03-01 10:00:00", "satisfaction": 0, **stored})
		return name

	def tearDown(self):
		frappe.set_user("Administrator")

	def rows(self, **filters) -> list[dict]:
		return execute({**YEAR, "view": "Store", **filters})[1]

	def test_a_store_s_complaints_in_time_how_fast_and_how_often_again(self):
		row, = self.rows(dealership=self.store)
		counts = ("received", "open", "closed", "escalated", "reopened", "response_due", "response_in_time", "resolution_due", "resolution_in_time")
		self.assertEqual((4, 2, 2, 1, 1, 3, 1, 3, 1), tuple(row[name] for name in counts))
		figures = ("response_percent", "resolution_percent", "reopened_percent", "satisfied_percent", "rating", "loop_days", "loop_days_p90", "compensation")
		self.assertEqual((33.3, 33.3, 25.0, 50.0, 3.5, 4.0, 5.6, 200.0), tuple(row[name] for name in figures))

	def test_every_view_counts_the_same_complaints(self):
		for view in VIEWS:
			with self.subTest(view):
				self.assertEqual(5, sum(row["received"] for row in self.rows(view=view)))
		model = frappe.db.get_value("C4S Vehicle", self.vehicle, "model") or ""
		self.assertEqual([("", 4), (model, 1)], sorted((row["key"], row["received"]) for row in self.rows(view="Model")))
		self.assertEqual([("2001-03", 5)], [(row["label"], row["received"]) for row in self.rows(view="Month")])

	def test_the_total_ties_to_the_list(self):
		figures = {figure["label"]: figure["value"] for figure in execute({**YEAR, "dealership": self.region})[4]}
		listed = frappe.db.count("C4S Complaint", {"received_on": ["between", ["2001-01-01", "2001-12-31"]], "dealership": self.store})
		self.assertEqual(listed, figures["Received"])

	def test_a_store_s_manager_counts_the_own_store_only(self):
		with as_user(make_user("Dealer Manager", [self.other])):
			self.assertEqual([(self.other, 1)], [(row["key"], row["received"]) for row in self.rows()])
			self.assertEqual([], self.rows(dealership=self.store))
		with as_user(make_user("Dealer Manager", [self.region])):
			self.assertEqual([(self.store, 4)], [(row["key"], row["received"]) for row in self.rows()])

	def test_those_whose_work_it_measures_may_not_run_it(self):
		with as_user(make_user("Customer Service Representative", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Complaint Handling", {})
