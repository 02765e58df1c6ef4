from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]
LI, WANG = "li@example.com", "wang@example.com"


class TestConsultantLeague(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Consultant League", "delivered", "Sales Manager", "Sales Consultant"

	def make(self, store: str) -> None:
		self.deal(dealership=store)

	def deal(self, **overrides) -> None:
		values = {"dealership": self.one, "sales_consultant": LI, "status": "Delivered", "deal_kind": "New Car", "total_amount": 100_000}
		amounts = {"list_price": 110_000, "discount_amount": 11_000, "margin": 3_000}
		row("C4S Deal", **{**values, **amounts, "ordered_on": "2001-03-01", "delivered_on": "2001-03-31 23:59:59", **overrides})

	def lead(self, **overrides) -> None:
		row("C4S Lead", **{"dealership": self.one, "sales_consultant": LI, "received_on": "2001-03-05 10:00:00", "status": "Open", **overrides})

	def test_leads_drives_orders_and_cars_of_a_consultant_stand_in_one_row(self):
		self.deal()
		self.deal(status="Ordered", delivered_on=None)
		self.deal(status="Cancelled", delivered_on=None)
		self.lead(status="Won", response="In Time")
		self.lead(response="Late")
		self.lead(response="Waiting", respond_by="2001-03-05 12:00:00")
		self.lead(response="Waiting", respond_by="2099-01-01 12:00:00")
		row("C4S Test Drive", dealership=self.one, sales_consultant=LI, status="Done", planned_from="2001-03-06 10:00:00")
		row("C4S Test Drive", dealership=self.one, sales_consultant=LI, status="No-Show", planned_from="2001-03-06 11:00:00")
		self.deal(sales_consultant=WANG, margin=9_000)
		wang, li = self.rows(dealership=self.one)
		self.assertEqual((1, WANG), (wang["rank"], wang["key"]))
		expected = {"rank": 2, "leads": 4, "in_time_percent": 33.3, "conversion_percent": 25.0, "drives": 1, "orders": 2, "delivered": 1}
		expected |= {"revenue": 100_000, "discount_percent": 10.0, "margin": 3_000, "margin_per_car": 3_000}
		self.assertEqual(expected, {name: li[name] for name in expected})

	def test_a_car_counts_in_the_month_in_which_it_was_delivered(self):
		self.deal(ordered_on="2001-02-10")
		found = {row["label"]: (row["orders"], row["delivered"]) for row in self.rows(view="Month", dealership=self.one)}
		self.assertEqual({"2001-02": (1, 0), "2001-03": (0, 1)}, found)

	def test_a_number_opens_its_documents(self):
		self.deal(deal_kind="Used Car")
		answer = self.answer(dealership=self.one, deal_kind="Used Car")
		columns = {column["fieldname"]: column for column in answer["columns"]}
		(found,) = [row for row in answer["result"] if isinstance(row, dict)]
		self.assertEqual({"dealership": self.one, "sales_consultant": LI, "deal_kind": "Used Car"}, found["behind"])
		self.assertEqual(("C4S Deal", "delivered_on", {"status": "Delivered"}), tuple(columns["delivered"][name] for name in ("opens", "moment", "only")))
		self.assertNotIn("deal_kind", columns["leads"]["keep"])
		self.assertEqual([], self.rows(dealership=self.one, deal_kind="New Car"))
