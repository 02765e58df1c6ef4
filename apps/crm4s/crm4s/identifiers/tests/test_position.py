import unittest

from crm4s.identifiers.position import Position, distance_km, read_position
from crm4s.identifiers.problem import Problem

BUND = Position(31.2400, 121.4900)


class TestDistance(unittest.TestCase):
	def test_a_degree_of_latitude_is_one_in_360_of_the_earths_circumference(self):
		# 2 π 6371.0088 km / 360.
		self.assertAlmostEqual(111.195, distance_km(Position(30, 120), Position(31, 120)), places=3)

	def test_a_degree_of_longitude_shrinks_with_the_cosine_of_the_latitude(self):
		self.assertAlmostEqual(111.195 / 2, distance_km(Position(60, 120), Position(60, 121)), delta=0.01)

	def test_known_distances(self):
		beijing, shanghai = Position(39.9042, 116.4074), Position(31.2304, 121.4737)
		# 1,067 km by air, as tables of distances give it.
		self.assertAlmostEqual(1067, distance_km(beijing, shanghai), delta=1.5)
		self.assertEqual(distance_km(beijing, shanghai), distance_km(shanghai, beijing))
		self.assertEqual(0, distance_km(BUND, BUND))

	def test_the_other_side_of_the_earth_is_half_its_circumference_away(self):
		self.assertAlmostEqual(20015.1, distance_km(Position(31, 121), Position(-31, -59)), delta=0.1)

	def test_the_way_over_the_date_line_is_the_short_one(self):
		self.assertAlmostEqual(222.39, distance_km(Position(0, 179), Position(0, -179)), delta=0.01)


class TestReading(unittest.TestCase):
	def test_as_maps_copy_it(self):
		for text in ("31.24,121.49", " 31.24, 121.49 ", "31.24 121.49", "31.24，121.49", "121.49,31.24", "+31.24;121.49"):
			with self.subTest(text):
				self.assertEqual(BUND, read_position(text))

	def test_what_is_no_position_is_refused_in_a_sentence(self):
		for text in ("外滩18号", "31.24", "31.24,121.49,5", "", "a31.24,121.49"):
			with self.subTest(text), self.assertRaisesRegex(Problem, "is no position"):
				read_position(text)

	def test_a_place_outside_china_is_refused_to_a_group_in_china_only(self):
		for text in ("48.85, 2.35", "0,0", "31.24, 12.149", "95, 200"):
			with self.subTest(text), self.assertRaisesRegex(Problem, "does not lie in China"):
				read_position(text)
		self.assertEqual(Position(48.85, 2.35), read_position("48.85, 2.35", "FR"))

	def test_elsewhere_nothing_is_turned_round_and_degrees_have_bounds(self):
		with self.assertRaisesRegex(Problem, "between -90 and 90"):
			read_position("121.49, 31.24", "FR")
