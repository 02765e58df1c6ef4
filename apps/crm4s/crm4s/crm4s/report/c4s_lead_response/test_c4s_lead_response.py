from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestLeadResponse(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Lead Response", "leads", "Sales Manager", "Sales Consultant"

	def make(self, store: str) -> None:
		self.lead(dealership=store)

	def lead(self, minutes: int | None = None, **overrides) -> None:
		values = {"dealership": self.one, "source": "Walk-in", "received_on": "2001-03-05 10:00:00", "status": "Open"}
		if minutes is not None:
			values |= {"responded_on": "2001-03-05 12:00:00", "response_minutes": minutes, "response": "In Time"}
		row("C4S Lead", **{**values, **overrides})

	def test_median_shares_and_who_still_waits(self):
		self.lead(10)
		self.lead(20)
		self.lead(90, response="Late")
		self.lead(response="Waiting", respond_by=add_to_date(now_datetime(), hours=-1))
		self.lead(response="Waiting", respond_by=add_to_date(now_datetime(), hours=1))
		(found,) = self.rows(dealership=self.one, view="Source")
		expected = {"leads": 5, "answered": 3, "response_median": 20.0, "response_p90": 76.0, "late": 1, "waiting": 2}
		expected |= {"in_time_percent": 50.0, "within_15_percent": 33.3, "within_60_percent": 66.7}
		self.assertEqual(expected, {name: found[name] for name in expected})
