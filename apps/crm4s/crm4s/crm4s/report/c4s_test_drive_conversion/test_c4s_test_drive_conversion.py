from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestTestDriveConversion(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Test Drive Conversion", "planned", "Sales Manager", "Sales Consultant"

	def make(self, store: str) -> None:
		self.drive(dealership=store)

	def drive(self, lead: str | None = None, status: str = "Done", **overrides) -> None:
		row("C4S Test Drive", **{"dealership": self.one, "lead": lead, "model": "M1", "status": status, "planned_from": "2001-05-31 16:00:00", **overrides})

	def lead(self, status: str) -> str:
		return row("C4S Lead", dealership=self.one, source="Walk-in", received_on="2001-05-20", status=status)

	def test_leads_that_drove_twice_are_one_and_are_compared_with_those_that_did_not(self):
		won = self.lead("Won")
		self.drive(won, average_rating=5)
		self.drive(won, average_rating=4)
		self.drive(self.lead("Lost"))
		self.drive(self.lead("Open"), status="No-Show")
		self.lead("Open")
		self.lead("Won")
		answer = self.answer(dealership=self.one)
		(found,) = [row for row in answer["result"] if isinstance(row, dict)]
		expected = {"planned": 4, "done": 3, "no_show": 1, "no_show_percent": 25.0, "leads": 2, "won": 1, "conversion_percent": 50.0, "rating": 4.5}
		self.assertEqual(expected, {name: found[name] for name in expected})
		summary = {figure["label"]: figure["value"] for figure in answer["report_summary"]}
		self.assertEqual((50.0, 33.3), (summary["Conversion with a Drive"], summary["Conversion without a Drive"]))

	def test_by_month_and_by_how_likely_they_are_to_buy(self):
		self.drive(likely_to_buy="Likely")
		self.assertEqual(["2001-05"], [row["label"] for row in self.rows(view="Month", dealership=self.one)])
		self.assertEqual(["Likely"], list(self.by_key(view="Likely to Buy", dealership=self.one)))
		self.assertEqual(0, self.total(dealership=self.one, model="M2"))
