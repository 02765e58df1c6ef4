import unittest
from datetime import date

from crm4s.reports.competitors import by_competitor, by_item, newest

ITEMS = {"Oil": {"better": "Lower"}, "Score": {"better": "Higher"}}


def figure(competitor: str, item: str, value: float, day: int = 1, outlet: str = "", own_value: float = 0, model: str | None = None, store: str = "S1") -> dict:
	return {"competitor": competitor, "outlet": outlet, "dealership": store, "item": item, "vehicle_model": model, "observed_on": date(2001, 5, day), "value": value, "own_value": own_value}


class TestCompetitors(unittest.TestCase):
	def test_the_last_figure_of_each_outlet_counts(self):
		figures = [figure("A", "Oil", 300, 9), figure("A", "Oil", 350, 2), figure("A", "Oil", 280, 3, outlet="East"), figure("A", "Oil", 99, 1, model="M")]
		self.assertEqual([300, 280, 99], sorted((row["value"] for row in newest(figures)), reverse=True))

	def test_without_an_outlet_each_store_s_figure_counts(self):
		figures = [figure("A", "Oil", 300, 9), figure("A", "Oil", 500, 2, store="S2"), figure("A", "Oil", 400, 3, outlet="East", store="S2"), figure("A", "Oil", 450, 4, outlet="East")]
		self.assertEqual([300, 450, 500], sorted(row["value"] for row in newest(figures)))

	def test_ours_beside_the_best_and_the_median_where_less_is_better(self):
		"""Ours 400 beside 300, 420 and 500: second of four, 4.8 % below their median."""
		row, = by_item([figure("A", "Oil", 300), figure("B", "Oil", 500, 4), figure("C", "Oil", 420)], ITEMS, {("Oil", ""): 400})
		self.assertEqual((400, 300, "A", 420, -4.8, 2, 4, 1), tuple(row[name] for name in ("ours", "best", "best_by", "median", "difference", "place", "of", "tone")))
		self.assertEqual((3, date(2001, 5, 4)), (row["figures"], row["observed_on"]))

	def test_where_more_is_better_a_lower_score_is_behind(self):
		row, = by_item([figure("A", "Score", 90), figure("B", "Score", 80)], ITEMS, {("Score", ""): 80})
		self.assertEqual((90, 85, -5.9, 2, -1), tuple(row[name] for name in ("best", "median", "difference", "place", "tone")))

	def test_without_data_of_our_own_what_was_noted_last_counts(self):
		row, = by_item([figure("A", "Oil", 300, own_value=390), figure("B", "Oil", 500, 4, own_value=380)], ITEMS, {})
		self.assertEqual((380, -5.0), (row["ours"], row["difference"]))
		row, = by_item([figure("A", "Oil", 300)], ITEMS, {("Oil", ""): None})
		self.assertEqual((None, None, None), (row["ours"], row["difference"], row["place"]))

	def test_what_is_free_is_the_best_price(self):
		row, = by_item([figure("A", "Oil", 0), figure("B", "Oil", 300)], ITEMS, {("Oil", ""): 200})
		self.assertEqual((0, "A", 150, 2, -1), tuple(row[name] for name in ("best", "best_by", "median", "place", "tone")))

	def test_a_model_is_compared_with_itself_only(self):
		rows = by_item([figure("A", "Oil", 300, model="M1"), figure("A", "Oil", 500, model="M2")], ITEMS, {("Oil", "M1"): 290})
		self.assertEqual([("M1", 290), ("M2", None)], [(row["vehicle_model"], row["ours"]) for row in rows])

	def test_in_how_many_things_a_competitor_leads(self):
		figures = [figure("A", "Oil", 300), figure("A", "Score", 70), figure("A", "Oil", 400, outlet="East"), figure("B", "Oil", 1, model="M")]
		rows = {row["competitor"]: row for row in by_competitor(figures, ITEMS, {("Oil", ""): 400, ("Score", ""): 80})}
		self.assertEqual((3, 3, 1, 1, 1), tuple(rows["A"][name] for name in ("figures", "compared", "we_lead", "equal", "they_lead")))
		self.assertEqual((1, 0), (rows["B"]["figures"], rows["B"]["compared"]))
