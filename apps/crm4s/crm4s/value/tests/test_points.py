import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm4s.value.points import Account, Lot, NotEnoughPointsError, points_for, tier_reached

DAY = date(2026, 11, 22)


def account(*lots: tuple[str, int, date | None], debt: int = 0) -> Account:
	return Account([Lot(*lot) for lot in lots], debt)


class TestLots(unittest.TestCase):
	def test_what_expires_first_is_used_first_and_what_never_expires_last(self):
		member = account(("for ever", 10, None), ("late", 10, date(2027, 1, 1)), ("soon", 10, date(2026, 12, 1)))
		self.assertEqual({"soon": 10, "late": 5}, member.take(15))
		self.assertEqual([("for ever", 10), ("late", 5)], [(lot.entry, lot.remaining) for lot in member.lots])

	def test_of_the_same_day_what_came_first_is_used_first(self):
		member = account(("first", 10, DAY), ("second", 10, DAY))
		self.assertEqual({"first": 10, "second": 1}, member.take(11))

	def test_more_than_there_is_is_refused_and_nothing_taken(self):
		member = account(("a", 10, DAY))
		with self.assertRaises(NotEnoughPointsError):
			member.take(11)
		self.assertEqual(10, member.balance)

	def test_points_count_on_their_last_day_and_not_on_the_next(self):
		member = account(("a", 10, DAY), ("b", 5, None))
		self.assertEqual({}, member.expire(DAY))
		self.assertEqual((DAY, 10), member.next_expiry())
		self.assertEqual({"a": 10}, member.expire(DAY + timedelta(days=1)))
		self.assertEqual((5, (None, 0)), (member.balance, member.next_expiry()))

	def test_what_was_earned_goes_back_out_of_its_own_lot_first(self):
		member = account(("a", 10, DAY), ("b", 10, None))
		member.reverse("b", 10)
		self.assertEqual([("a", 10)], [(lot.entry, lot.remaining) for lot in member.lots])

	def test_what_was_spent_meanwhile_is_taken_from_other_lots_and_then_owed(self):
		member = account(("a", 10, DAY), ("b", 10, None))
		member.take(10)
		member.reverse("a", 10)
		self.assertEqual((0, 0), (member.balance, member.debt))
		member.reverse("other", 7)
		self.assertEqual((0, 7), (member.balance, member.debt))

	def test_what_is_owed_is_paid_by_the_next_points(self):
		member = account(debt=7)
		member.earn("a", 5)
		self.assertEqual((0, 2), (member.balance, member.debt))
		member.earn("b", 5, DAY)
		self.assertEqual((3, 0), (member.balance, member.debt))

	def test_what_is_put_back_pays_what_is_owed_with_the_points_that_would_go_first(self):
		member = account(("a", 10, DAY), ("b", 10, None))
		taken = member.take(20)
		member.reverse("gone", 4)
		member.put_back(taken, {"a": DAY, "b": None})
		self.assertEqual({"a": 6, "b": 10}, {lot.entry: lot.remaining for lot in member.lots})


steps = st.lists(
	st.one_of(
		st.tuples(st.just("earn"), st.integers(0, 50), st.one_of(st.none(), st.integers(0, 20))),
		st.tuples(st.just("take"), st.integers(0, 80)),
		st.tuples(st.just("reverse"), st.integers(0, 30)),
		st.tuples(st.just("undo"), st.integers(0, 30)),
		st.tuples(st.just("pass"), st.integers(1, 8)),
	),
	max_size=40,
)


class TestLedger(unittest.TestCase):
	@given(steps)
	def test_whatever_happens_the_entries_add_up_and_nothing_is_negative(self, happened):
		member, today, sum_of_entries = Account(), DAY, 0
		earned: dict[str, tuple] = {}
		expired: dict[str, int] = {}
		reversed_, redeemed = set(), []
		for number, (kind, value, *more) in enumerate(happened):
			for lot, points in member.expire(today).items():
				expired[lot] = expired.get(lot, 0) + points
				sum_of_entries -= points
			if kind == "earn":
				day = today + timedelta(days=more[0]) if more[0] is not None else None
				earned[str(number)] = (value, day)
				member.earn(str(number), value, day)
				sum_of_entries += value
			elif kind == "take":
				before = member.balance
				try:
					taken = member.take(value)
				except NotEnoughPointsError:
					self.assertGreater(value, before)
				else:
					self.assertEqual((value, before - value), (sum(taken.values()), member.balance))
					redeemed.append(taken)
					sum_of_entries -= value
			elif kind == "reverse" and earned:
				name = list(earned)[value % len(earned)]
				if name not in reversed_:
					reversed_.add(name)
					points = earned[name][0] - expired.get(name, 0)
					member.reverse(name, points)
					sum_of_entries -= points
			elif kind == "undo" and redeemed:
				taken = redeemed.pop(value % len(redeemed))
				member.put_back(taken, {lot: earned[lot][1] for lot in taken})
				sum_of_entries += sum(taken.values())
			elif kind == "pass":
				today += timedelta(days=value)
			self.assertEqual(sum_of_entries, member.balance - member.debt)
			self.assertTrue(member.balance == 0 or member.debt == 0)
			self.assertTrue(member.debt >= 0 and all(lot.remaining > 0 for lot in member.lots))

	@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 30)), min_size=1, max_size=10), st.integers(1, 500))
	def test_points_are_used_in_the_order_in_which_they_expire(self, lots, points):
		member = account(*[(str(number), amount, DAY + timedelta(days=days)) for number, (amount, days) in enumerate(lots)])
		days = {lot.entry: lot.expires_on for lot in member.lots}
		points = min(points, member.balance)
		taken = member.take(points)
		left = [lot.expires_on for lot in member.lots]
		self.assertTrue(not left or max(days[entry] for entry in taken) <= min(left))

	@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.integers(0, 400))
	def test_what_is_taken_and_put_back_is_as_before(self, lots, points):
		member = account(*[(str(number), amount, DAY) for number, amount in enumerate(lots)])
		before = {lot.entry: lot.remaining for lot in member.lots}
		taken = member.take(min(points, member.balance))
		member.put_back(taken, dict.fromkeys(taken, DAY))
		self.assertEqual(before, {lot.entry: lot.remaining for lot in member.lots})


class TestEarning(unittest.TestCase):
	def test_only_full_steps_earn_and_the_rest_is_rounded_down_once(self):
		self.assertEqual(29, points_for(299.99, 10, 1))
		self.assertEqual(43, points_for("299.99", 10, 1, factors=(1.5,)))
		self.assertEqual(31, points_for(29, 1, 1, fixed=2))

	def test_a_cent_is_a_cent(self):
		self.assertEqual(3, points_for(0.3, 0.1, 1))

	def test_nothing_and_less_earn_nothing_and_the_most_is_kept(self):
		self.assertEqual((0, 0, 5), (points_for(0, 10, 1), points_for(-50, 10, 1), points_for(1000, 10, 1, most=5)))

	def test_the_highest_tier_that_is_reached_by_its_own_figure(self):
		order, thresholds = ["Silver", "Gold", "Platinum"], {"Silver": 0, "Gold": 1000, "Platinum": 5000}
		self.assertEqual("Silver", tier_reached({}, thresholds, order))
		self.assertEqual("Gold", tier_reached({"Gold": 1000, "Platinum": 4999.99}, thresholds, order))
		self.assertIsNone(tier_reached({}, {"Gold": 1}, ["Gold"]))
