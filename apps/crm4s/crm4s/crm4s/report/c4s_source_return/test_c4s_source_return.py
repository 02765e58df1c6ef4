import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]
WEB, WALK_IN = "Store Website", "Walk-in"


class TestSourceReturn(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Source Return", "leads", "Sales Manager", "Sales Consultant"

	def make(self, store: str) -> None:
		self.lead(dealership=store)

	def lead(self, **overrides) -> str:
		return row("C4S Lead", **{"dealership": self.one, "source": WEB, "received_on": "2001-05-31 23:59:59", "status": "Open", **overrides})

	def sold(self, lead: str, margin: float, **overrides) -> None:
		values = {"dealership": self.one, "lead": lead, "status": "Delivered", "total_amount": 100_000, "margin": margin}
		row("C4S Deal", **{**values, "delivered_on": "2002-01-05", **overrides})

	def cost(self, amount: float, **overrides) -> None:
		row("C4S Source Cost", **{"dealership": self.one, "source": WEB, "month": "2001-05-01", "amount": amount, **overrides})

	def test_what_leads_of_a_source_brought_and_cost(self):
		self.sold(self.lead(status="Won"), 4_000)
		self.sold(self.lead(status="Won"), 9_000, status="Ordered", delivered_on=None)
		self.lead(status="Lost")
		self.lead()
		self.cost(1_000)
		self.cost(500, month="2001-07-01", dealership=self.sister)
		self.lead(source=WALK_IN)
		found = self.by_key(dealership=self.one)
		expected = {"leads": 4, "won": 2, "lost": 1, "conversion_percent": 50.0, "delivered": 1, "revenue": 100_000, "margin": 4_000}
		expected |= {"cost": 1_000, "cost_per_lead": 250, "cost_per_car": 1_000, "net_return": 3_000, "return_percent": 300.0}
		self.assertEqual(expected, {name: found[WEB][name] for name in expected})
		self.assertEqual((1, None, None), (found[WALK_IN]["leads"], found[WALK_IN]["cost"], found[WALK_IN]["net_return"]))
		self.assertEqual(1_500, self.by_key(dealership=self.region)[WEB]["cost"])

	def test_by_channel_store_and_month(self):
		self.lead()
		self.cost(100)
		channel = frappe.db.get_value("C4S Source", WEB, "channel")
		self.assertEqual((1, 100), tuple(self.by_key(view="Lead Channel", dealership=self.one)[channel][name] for name in ("leads", "cost")))
		self.assertEqual((1, 100), tuple(self.by_key(view="Store")[self.one][name] for name in ("leads", "cost")))
		self.assertEqual([("2001-05", 1, 100)], [(row["label"], row["leads"], row["cost"]) for row in self.rows(view="Month", dealership=self.one)])

	def test_a_month_s_cost_is_divided_by_days_so_that_ten_day_reports_add_up_to_it(self):
		self.cost(30_000)
		parts = (("2001-05-01", "2001-05-10"), ("2001-05-11", "2001-05-20"), ("2001-05-21", "2001-05-31"))
		found = [row["cost"] for first, last in parts for row in self.rows(dealership=self.one, from_date=first, to_date=last)]
		self.assertEqual([9_677.42, 9_677.42, 10_645.16], found)
		self.assertEqual([], self.rows(dealership=self.one, from_date="2001-06-01"))

	def test_the_summary_is_the_same_whatever_the_view(self):
		for store in (self.one, self.sister):
			self.sold(self.lead(dealership=store), 250_000, dealership=store)
		self.cost(50_000, dealership=self.region)
		for view in ("Source", "Store", "Month", "Lead Channel"):
			found = {figure["label"]: figure["value"] for figure in self.answer(view=view, dealership=self.region)["report_summary"]}
			self.assertEqual((50_000, 450_000), (found["Cost"], found["Net Return Where a Cost Is Known"]), view)

	def test_leads_that_answered_a_campaign_carry_its_cost(self):
		lead = self.lead()
		self.lead()
		campaign = row("C4S Campaign", title="=Open Day 2001", dealership=self.one, status="Ended", actual_cost=800, starts_on="2001-05-30", ends_on="2001-06-06")
		response = {"campaign": campaign, "dealership": self.one, "arm": "Contact", "responded_on": "2001-05-31"}
		row("C4S Campaign Response", **response, reference_doctype="C4S Lead", reference_name=lead)
		(found,) = self.rows(view="Campaign", from_date="2001-01-01")
		self.assertEqual(("'=Open Day 2001", 1, 800), (found["label"], found["leads"], found["cost"]))
		manager = make_user("CRM Manager", [self.one])
		with as_user(manager):
			self.assertEqual([800], [row["cost"] for row in self.rows(view="Campaign")])
			self.assertEqual([200], [row["cost"] for row in self.rows(view="Campaign", to_date="2001-05-31")])
		# A sales manager does not read what campaigns cost.
		with as_user(self.reader):
			self.assertEqual([None], [row["cost"] for row in self.rows(view="Campaign")])
		frappe.db.set_value("C4S Campaign", campaign, "dealership", None)
		with as_user(manager):
			self.assertEqual([None], [row["cost"] for row in self.rows(view="Campaign")])

	def test_a_store_is_not_told_what_the_group_pays(self):
		self.lead()
		self.cost(900, dealership=self.region)
		with as_user(self.reader):
			self.assertEqual([None], [row["cost"] for row in self.rows()])
		with as_user(self.of_region):
			self.assertEqual([900], [row["cost"] for row in self.rows()])
