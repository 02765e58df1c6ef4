from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.report.c4s_sales_funnel.c4s_sales_funnel import path_to_success
from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]
PRICE, OTHER = "Price Too High", "Other"


class TestDefeatAnalysis(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Defeat Analysis", "defeats", "Sales Manager", "Sales Consultant"

	def make(self, store: str) -> None:
		self.lost(dealership=store)

	def lost(self, reason: str = PRICE, reached: int | None = None, **overrides) -> str:
		values = {"dealership": self.one, "source": "Walk-in", "received_on": "2001-05-21 10:00:00", "status": "Lost", "lost_reason": reason}
		lead = row("C4S Lead", **{**values, "lost_on": "2001-05-31 22:00:00", **overrides})
		for state in path_to_success()[: (reached or 0) + 1]:
			row("C4S State Passage", document_type="C4S Lead", document_name=lead, dealership=self.one, state=state, entered_on="2001-05-21")
		return lead

	def revived(self, **overrides) -> None:
		lead = self.lost(status="Open", lost_on=None, lost_reason=None, **overrides)
		defeat = {"parent": lead, "parenttype": "C4S Lead", "parentfield": "defeats", "lost_on": "2001-05-24 10:00:00", "reason": PRICE}
		row("C4S Lead Defeat", **defeat, revived_on="2001-06-01")

	def test_defeats_by_reason_with_those_that_were_revived(self):
		self.lost()
		self.lost(OTHER)
		self.revived()
		found = self.by_key(dealership=self.one)
		expected = {"defeats": 2, "share_percent": 66.7, "still_lost": 1, "revived": 1, "revived_percent": 50.0, "days": 6.8}
		self.assertEqual(expected, {name: found[PRICE][name] for name in expected})
		self.assertEqual((1, 10.5), (found[OTHER]["defeats"], found[OTHER]["days"]))

	def test_how_far_they_came_is_the_furthest_state(self):
		path = path_to_success()
		self.lost(reached=0)
		self.lost(reached=2)
		self.revived(reached=2)
		self.assertEqual({path[0]: 1, path[2]: 2}, {key: found["defeats"] for key, found in self.by_key(view="How Far It Came", dealership=self.one).items()})

	def test_reason_and_how_far_they_came_are_crossed(self):
		path = path_to_success()
		self.lost(reached=1)
		self.lost(reached=1)
		self.lost(OTHER, reached=0)
		answer = self.answer(dealership=self.one, across="How Far It Came")
		self.assertEqual([path[1], path[0]], [column["label"] for column in answer["columns"][2:]])
		self.assertEqual([(PRICE, 2, 2, None), (OTHER, 1, None, 1)], [tuple(found[name] for name in ("key", "total", "cell_0", "cell_1")) for found in answer["result"]])

	def test_filters_keep_one_competitor_and_the_last_day_counts_to_its_end(self):
		self.lost(competitor="X")
		self.lost()
		self.assertEqual(1, self.total(dealership=self.one, competitor="X"))
		self.assertEqual((2, 0), (self.total(dealership=self.one, to_date="2001-05-31"), self.total(dealership=self.one, to_date="2001-05-30")))
