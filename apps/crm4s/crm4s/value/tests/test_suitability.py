import unittest

import pandas as pd

from crm4s.value.suitability import AT_LEAST, CONTAINS, SAME, TABLE, WITHIN, Criterion, assess

MODELS = pd.DataFrame(
	[
		("petrol", 5, "Sedan", 120_000, "Petrol", 0, "1.5T 舒适版 天窗"),
		("family", 7, "MPV", 260_000, "Hybrid", 0, "2.5 混动七座 四驱 天窗"),
		("electric", 5, "Sedan", 180_000, "Battery Electric", 400, "长续航 全景天窗"),
		("unknown", 0, "", 0, "Plug-in Hybrid", 105, ""),
	],
	columns=["name", "seats", "body_type", "guide_price", "energy_type", "range_km", "specifications"],
).set_index("name")
BUDGET = Criterion("budget", "budget", "guide_price", WITHIN, tolerance=0.2)
SEATS = Criterion("seats", "seats", "seats", AT_LEAST, is_knockout=True)
ENERGY = Criterion("energy", "energy_preference", "energy_type", SAME)
CHARGING = Criterion("charging", "home_charging", "energy_type", TABLE, fits={("No", "Battery Electric"): 0.3})
RANGE = Criterion("range", "yearly_km", "range_km", AT_LEAST, factor=0.02, tolerance=0.5)
WORDS = Criterion("words", "must_haves", "specifications", CONTAINS)


def fits(criterion: Criterion, **needs) -> dict:
	return assess(MODELS, needs, [criterion])[criterion.name].to_dict()


def score(criteria, **needs) -> dict:
	return assess(MODELS, needs, criteria)["score"].to_dict()


class TestFits(unittest.TestCase):
	def test_a_price_fits_within_the_budget_and_less_the_further_it_lies_beside(self):
		found = fits(BUDGET, budget=(150_000, 240_000))
		self.assertEqual(1, found["electric"])
		# 20,000 over 240,000, which a fifth of it, 48,000, would make hopeless.
		self.assertAlmostEqual(1 - 20 / 48, found["family"])
		# 30,000 under 150,000, a fifth of which is 30,000.
		self.assertEqual(0, found["petrol"])

	def test_a_budget_may_be_open_on_one_side(self):
		self.assertEqual(1, fits(BUDGET, budget=(None, 130_000))["petrol"])
		self.assertEqual(1, fits(BUDGET, budget=(100_000, None))["family"])

	def test_at_least_so_many_seats_or_not_at_all(self):
		self.assertEqual((1, 0), tuple(fits(SEATS, seats=7)[name] for name in ("family", "petrol")))

	def test_a_preference_stands_for_all_its_energy_types(self):
		found = fits(ENERGY, energy_preference="Plug-In or Electric")
		self.assertEqual([0, 0, 1, 1], [found[name] for name in ("petrol", "family", "electric", "unknown")])

	def test_a_pair_in_the_table_has_its_fit_and_others_fit_fully(self):
		self.assertEqual((0.3, 1), tuple(fits(CHARGING, home_charging="No")[name] for name in ("electric", "petrol")))
		self.assertEqual(1, fits(CHARGING, home_charging="Yes")["electric"])

	def test_the_range_counts_only_where_nothing_else_drives_the_car(self):
		found = fits(RANGE, yearly_km=30_000)
		# 600 km wanted, 400 there; the fit falls to 0 at 300.
		self.assertAlmostEqual(1 - 200 / 300, found["electric"])
		self.assertTrue(pd.isna(found["unknown"]) and pd.isna(found["petrol"]))

	def test_the_share_of_the_words_that_are_found(self):
		found = fits(WORDS, must_haves=["四驱", "天窗"])
		self.assertEqual([0.5, 1, 0.5], [found[name] for name in ("petrol", "family", "electric")])

	def test_what_is_not_known_of_a_model_does_not_count(self):
		self.assertTrue(pd.isna(fits(SEATS, seats=5)["unknown"]))
		self.assertTrue(pd.isna(fits(BUDGET, budget=(None, 200_000))["unknown"]))


class TestScore(unittest.TestCase):
	def test_the_score_is_the_weighted_mean_of_the_fits(self):
		heavy = Criterion("charging", "home_charging", "energy_type", TABLE, weight=3, fits={("No", "Battery Electric"): 0.3})
		found = score([ENERGY, heavy], energy_preference="Battery Electric", home_charging="No")
		self.assertEqual((47.5, 75.0), (found["electric"], found["petrol"]))

	def test_a_need_that_was_not_stated_does_not_count(self):
		self.assertEqual(30.0, score([ENERGY, CHARGING, SEATS, WORDS, BUDGET], home_charging="No", seats=0, must_haves=[], budget=(None, None))["electric"])

	def test_a_criterion_without_weight_does_not_count(self):
		idle = Criterion("energy", "energy_preference", "energy_type", SAME, weight=0)
		self.assertNotIn("energy", assess(MODELS, {"energy_preference": "Fuel"}, [idle]).columns)

	def test_without_any_need_there_is_no_score_and_the_cheapest_comes_first(self):
		result = assess(MODELS.drop("unknown"), {}, [ENERGY, SEATS])
		self.assertTrue(result["score"].isna().all())
		self.assertEqual(["petrol", "electric", "family"], result.index.tolist())

	def test_the_best_comes_first_the_cheaper_among_equals_and_the_ruled_out_last(self):
		result = assess(MODELS, {"seats": 7, "home_charging": "No"}, [SEATS, CHARGING])
		self.assertEqual("family", result.index[0])
		self.assertEqual({"petrol", "electric"}, set(result.index[-2:]))
		self.assertTrue(result.loc["petrol", "is_ruled_out"])

	def test_no_models_give_an_empty_table(self):
		self.assertEqual([], assess(MODELS.iloc[:0], {"seats": 5}, [SEATS]).index.tolist())
