from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestDueForecast(StoreReportTests, FrappeTestCase):
	"""On a Wednesday of 2001; the week began on the 8th."""

	report, column, role, refused = "C4S Due Forecast", "service", "Service Advisor", "Technician"
	filters = {"weeks": 4}

	def setUp(self):
		super().setUp()
		clock = freeze_time("2001-01-10 02:00:00")
		clock.start()
		self.addCleanup(clock.stop)

	def make(self, store: str) -> None:
		self.car(dealership=store)

	def car(self, due: str = "2001-01-14", **overrides) -> None:
		row("C4S Vehicle", **{"dealership": self.one, "status": "In Use", "next_service_on": due, "model": "M1", "churn_stage": "Comes in Time", **overrides})

	def test_cars_stand_in_the_week_in_which_they_are_due(self):
		for due in ("2001-01-07", "2000-08-01", "2000-01-01", "2001-01-08", "2001-01-14", "2001-01-15", "2001-02-04", "2001-02-05"):
			self.car(due)
		self.car(churn_stage="Lost to Us")
		self.car(status="In Stock")
		rows = self.rows(dealership=self.one)
		self.assertEqual([(2, 2), (3, 2), (1, 1), (0, 0), (1, 1)], [(row["service"], row["expected"]) for row in rows])
		self.assertEqual("Overdue", rows[0]["label"])
		self.assertEqual((["2001-01-08", "2001-01-14"], {"dealership": self.one}), (rows[1]["span"], rows[1]["behind"]))

	def test_insurance_inspection_and_what_is_booked_stand_beside(self):
		self.car()
		self.car(None, insurance_until="2001-01-16", inspection_due_on="2001-01-24")
		appointment = {"dealership": self.one, "planned_from": "2001-01-12 09:00:00"}
		for status in ("Booked", "Cancelled"):
			row("C4S Service Appointment", **appointment, status=status)
		_overdue, first, second, third, _fourth = self.rows(dealership=self.one)
		self.assertEqual((1, 1, 100.0), tuple(first[name] for name in ("service", "booked", "booked_percent")))
		self.assertEqual((1, 1), (second["insurance"], third["inspection"]))

	def test_by_store_and_model_only_what_is_still_to_come(self):
		self.car()
		self.car("2001-01-01")
		self.car(model="M2")
		self.assertEqual({self.one: 2}, {key: row["service"] for key, row in self.by_key(view="Store", dealership=self.one).items()})
		self.assertEqual({"M1": 1, "M2": 1}, {key: row["service"] for key, row in self.by_key(view="Model", dealership=self.one).items()})
		self.assertEqual(1, self.total(dealership=self.one, model="M2"))

	def test_a_week_ends_on_sunday_and_so_many_are_shown_as_were_asked_for(self):
		rows = self.rows(weeks=500)
		self.assertEqual((54, "2002-01-13"), (len(rows), rows[-1]["span"][1]))
