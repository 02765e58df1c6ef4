import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import make_campaign
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_campaign_return.c4s_campaign_return import execute
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

RESULT = "C4S Campaign Result"
DAYS = {"from_date": "2031-01-01", "to_date": "2031-12-31"}


class TestCampaignReturn(FrappeTestCase):
	def setUp(self):
		self.stores = [make_dealership(code).name for code in ("CAMPAIGN-1", "CAMPAIGN-2")]

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def campaign(self, store: str, starts_on: str = "2031-03-01", held_out: int = 100, **values):
		"""The worked example of the manual: 900 contacted, 90 responded, 100 held out, 6 responded, cost 20,000."""
		campaign = make_campaign(dealership=store, starts_on=starts_on, ends_on="2031-12-31", **values)
		frappe.db.set_value("C4S Campaign", campaign.name, {"results_on": now_datetime(), "actual_cost": 20_000})
		arms = (("Contact", 900, 90, 135_000, 40_500_000), ("Hold-Out", held_out, 6, 90 * held_out, 2_700_000))
		for arm, members, responders, margin, squares in arms:
			row = {"campaign": campaign.name, "dealership": store, "arm": arm, "members": members, "responders": responders}
			row |= {"revenue": 2 * margin, "margin": margin, "margin_squares": squares, "name": frappe.generate_hash(length=12)}
			frappe.get_doc({"doctype": RESULT, **row}).db_insert()
		return campaign

	def rows(self, **filters) -> list[dict]:
		return execute({**DAYS, **filters})[1]

	def test_the_worked_example(self):
		campaign = self.campaign(self.stores[0])
		(row,) = self.rows()
		self.assertEqual((campaign.name, 900, 90, 100), (row["key"], row["contacted"], row["responders"], row["held_out"]))
		self.assertAlmostEqual(10, row["rate"])
		self.assertAlmostEqual(4, row["uplift"])
		self.assertAlmostEqual(54_000, row["extra_margin"])
		self.assertAlmostEqual(34_000, row["returned"])
		self.assertAlmostEqual(170, row["return_percent"])
		self.assertEqual("No difference can be seen", row["verdict"])

	def test_with_too_few_held_out_nothing_is_said(self):
		self.campaign(self.stores[0], held_out=20)
		(row,) = self.rows()
		self.assertEqual((None, None, None, "Too few customers are held out to tell"), (row["uplift"], row["extra_margin"], row["returned"], row["verdict"]))

	def test_it_adds_up_by_kind_month_and_store(self):
		self.campaign(self.stores[0])
		self.campaign(self.stores[1], "2031-03-20")
		self.campaign(self.stores[1], "2031-04-20", kind="Gift Issue")
		self.assertEqual({"Limited Offer": 1800, "Gift Issue": 900}, {row["key"]: row["contacted"] for row in self.rows(view="Kind")})
		self.assertEqual({"2031-03": 40_000, "2031-04": 20_000}, {row["key"]: row["cost"] for row in self.rows(view="Month")})
		self.assertEqual({self.stores[0]: 900, self.stores[1]: 1800}, {row["key"]: row["contacted"] for row in self.rows(view="Store")})
		self.assertEqual(1, len(self.rows(kind="Gift Issue")))
		self.assertEqual([None], [row["cost"] for row in self.rows(dealership=self.stores[0])])

	def test_campaigns_together_are_each_compared_with_their_own_held_out(self):
		self.campaign(self.stores[0])
		self.campaign(self.stores[0], held_out=20)
		(row,) = self.rows(view="Kind")
		self.assertEqual((1800, None, ""), (row["contacted"], row["uplift"], row["verdict"]))
		self.assertAlmostEqual(54_000, row["extra_margin"])
		self.assertAlmostEqual(34_000, row["returned"])

	def test_a_store_is_not_told_the_cost_of_the_whole_group(self):
		shared, own = self.campaign(self.stores[0]), self.campaign(self.stores[0])
		frappe.db.set_value("C4S Campaign", shared.name, "dealership", None)
		with as_user(make_user("CRM Manager", [self.stores[0]])):
			self.assertEqual({shared.name: None, own.name: 20_000}, {row["key"]: row["cost"] for row in self.rows()})

	def test_other_stores_are_not_shown(self):
		self.campaign(self.stores[0])
		with as_user(make_user("CRM Manager", [self.stores[1]])):
			for view in ("Campaign", "Kind", "Month", "Store"):
				self.assertEqual([], self.rows(view=view))
		with as_user(make_user("Receptionist", [self.stores[0]])), self.assertRaises(frappe.PermissionError):
			run("C4S Campaign Return", DAYS)

	def test_more_campaigns_ask_no_more_queries(self):
		self.campaign(self.stores[0])
		self.rows()
		with counted_queries() as few:
			self.rows()
		for _each in range(3):
			self.campaign(self.stores[0])
		with counted_queries() as many:
			self.assertEqual(4, len(self.rows()))
		self.assertLessEqual(len(many), len(few))
