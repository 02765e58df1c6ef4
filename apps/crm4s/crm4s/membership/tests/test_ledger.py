"""What the ledger keeps in the database, with what it adds to the arithmetic: keys, expiry, reversals, one locked row."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_datetime, getdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.exceptions import PointsError
from crm4s.membership.jobs import expire_points
from crm4s.membership.ledger import ADJUST, EARN, ENTRY, EXPIRE, MEMBERSHIP, REDEEM, REVERSE, Posting, account_of, expire, post
from crm4s.tests.clock import stopped_at
from crm4s.tests.queries import counted_queries

TODAY = getdate("2026-03-10")


def at(moment: str):
	return stopped_at(get_datetime(moment))


class LedgerTestCase(FrappeTestCase):
	def setUp(self):
		self.clock = at("2026-03-10 10:00:00")
		self.clock.start()
		self.addCleanup(self.clock.stop)
		self.member = make_member(since="2026-01-01").name

	def tearDown(self):
		frappe.db.rollback()

	def key(self) -> str:
		return frappe.generate_hash(length=12)

	def earn(self, points: int, days: int | None = None, key: str | None = None) -> str:
		key = key or self.key()
		expires_on = getdate(add_days(getdate(), days)) if days is not None else None
		return post([Posting(self.member, EARN, key, points, expires_on)]).get(key)

	def redeem(self, points: int) -> str:
		key = self.key()
		return post([Posting(self.member, REDEEM, key, points)])[key]

	def reverse(self, entry: str) -> dict:
		return post([Posting(self.member, REVERSE, f"reverse|{entry}", of_entry=entry)])

	def standing(self) -> tuple[int, int]:
		return tuple(frappe.db.get_value(MEMBERSHIP, self.member, ["balance", "debt"]))

	def entries(self, **filters) -> list[int]:
		return frappe.get_all(ENTRY, {"membership": self.member, **filters}, pluck="points", order_by="creation, points desc")

	def assertAddsUp(self):
		balance, debt = self.standing()
		self.assertEqual(sum(self.entries()), balance - debt)
		row = frappe.db.get_value(MEMBERSHIP, self.member, ["lots", "debt"], as_dict=True)
		self.assertEqual((balance, debt), (account_of(row).balance, row.debt))
		self.assertTrue(balance >= 0 and debt >= 0 and not (balance and debt))


class TestPosting(LedgerTestCase):
	def test_the_same_thing_is_entered_once(self):
		self.assertTrue(self.earn(100, key="visit"))
		self.assertIsNone(self.earn(100, key="visit"))
		twice = Posting(self.member, EARN, "deal", 50)
		self.assertEqual(1, len(post([twice, twice])))
		self.assertEqual((150, 0), self.standing())

	def test_nobody_redeems_more_than_there_is(self):
		self.earn(100)
		with self.assertRaisesRegex(PointsError, "has 100 points, and 101 are needed"):
			self.redeem(101)
		self.redeem(100)
		with self.assertRaises(PointsError):
			self.redeem(1)
		self.assertAddsUp()

	def test_points_are_not_taken_by_hand_below_nothing(self):
		self.earn(10)
		with self.assertRaises(PointsError):
			post([Posting(self.member, ADJUST, "by hand", -11)])
		post([Posting(self.member, ADJUST, "by hand", -10)])
		self.assertEqual((0, 0), self.standing())

	def test_many_members_take_no_more_queries_than_few(self):
		members = [make_member(since="2026-01-01").name for _ in range(12)]
		few = [Posting(member, EARN, self.key(), 10) for member in members[:2]]
		many = [Posting(member, EARN, self.key(), 10) for member in members]
		post([Posting(member, EARN, self.key(), 1) for member in members])
		with counted_queries() as of_few:
			post(few)
		with counted_queries() as of_many:
			self.assertEqual(12, len(post(many)))
		self.assertEqual(len(of_few), len(of_many))

	def test_a_membership_that_does_not_exist_is_refused(self):
		with self.assertRaises(frappe.DoesNotExistError):
			post([Posting("MB-NONE", EARN, self.key(), 1)])


class TestExpiry(LedgerTestCase):
	def test_points_count_until_the_end_of_their_last_day(self):
		self.earn(30, days=0)
		self.earn(20, days=5)
		self.assertEqual((TODAY, 30), tuple(frappe.db.get_value(MEMBERSHIP, self.member, ["next_expiry_on", "next_expiry_points"])))
		with at("2026-03-10 23:59:59"):
			self.assertEqual(0, expire_points())
		with at("2026-03-11 00:00:01"):
			self.assertEqual(1, expire_points())
			self.assertEqual(0, expire_points())
		self.assertEqual([-30], self.entries(entry_kind=EXPIRE))
		self.assertEqual((20, 0), self.standing())
		self.assertAddsUp()

	def test_what_is_over_cannot_be_redeemed_before_the_night_has_come(self):
		self.earn(30, days=0)
		self.earn(20, days=5)
		with at("2026-03-11 09:00:00"):
			with self.assertRaises(PointsError):
				self.redeem(21)
		with at("2026-03-11 09:00:00"):
			self.redeem(20)
		self.assertEqual((0, 0), self.standing())
		self.assertAddsUp()

	def test_what_expires_first_is_redeemed_first(self):
		self.earn(30)
		self.earn(20, days=5)
		self.redeem(20)
		with at("2026-03-20"):
			self.assertEqual(0, expire([self.member]))
		self.assertEqual((30, 0), self.standing())

	def test_a_day_that_was_missed_is_caught_up(self):
		self.earn(30, days=1)
		with at("2026-06-01"):
			self.assertEqual(1, expire_points())
		self.assertEqual((0, 0), self.standing())

	def test_a_clock_that_was_set_back_brings_nothing_back(self):
		self.earn(30, days=1)
		with at("2026-06-01"):
			expire_points()
		expire_points()
		self.assertEqual((0, 0), self.standing())


class TestReversal(LedgerTestCase):
	def test_it_takes_exactly_what_the_entry_brought(self):
		self.earn(10)
		entry = self.earn(100)
		self.reverse(entry)
		self.assertEqual((10, 0), self.standing())
		self.assertEqual({}, self.reverse(entry))
		self.assertAddsUp()

	def test_what_was_spent_is_owed_and_paid_by_the_next_points(self):
		entry = self.earn(100)
		self.redeem(70)
		self.reverse(entry)
		self.assertEqual((0, 70), self.standing())
		with self.assertRaises(PointsError):
			self.redeem(1)
		self.earn(50)
		self.assertEqual((0, 20), self.standing())
		self.earn(50, days=9)
		self.assertEqual((30, 0), self.standing())
		self.assertAddsUp()

	def test_what_had_expired_already_is_not_owed(self):
		entry = self.earn(100, days=1)
		self.redeem(40)
		with at("2026-03-20"):
			expire_points()
			self.reverse(entry)
		self.assertEqual([-40], self.entries(entry_kind=REVERSE))
		self.assertEqual((0, 40), self.standing())
		self.assertAddsUp()

	def test_a_redemption_that_is_taken_back_gives_the_points_their_old_last_day(self):
		self.earn(50, days=5)
		self.earn(50)
		redeemed = self.redeem(60)
		self.reverse(redeemed)
		self.assertEqual((100, 0), self.standing())
		with at("2026-03-20"):
			self.assertEqual(1, expire_points())
		self.assertEqual((50, 0), self.standing())
		self.assertAddsUp()

	def test_points_that_come_back_after_their_last_day_are_over_at_once_each_time(self):
		self.earn(50, days=5)
		first, second = self.redeem(20), self.redeem(20)
		with at("2026-03-20"):
			expire_points()
			self.reverse(first)
			self.reverse(second)
		self.assertEqual((0, 0), self.standing())
		self.assertEqual([-10, -20, -20], sorted(self.entries(entry_kind=EXPIRE), reverse=True))
		self.assertAddsUp()

	def test_an_entry_of_another_member_is_not_reversed(self):
		entry = self.earn(10)
		other = make_member(since="2026-01-01").name
		with self.assertRaisesRegex(PointsError, "cannot be reversed"):
			post([Posting(other, REVERSE, "elsewhere", of_entry=entry)])


class TestWhateverHappens(LedgerTestCase):
	steps = st.lists(
		st.one_of(
			st.tuples(st.just(EARN), st.integers(1, 60), st.one_of(st.none(), st.integers(0, 6))),
			st.tuples(st.just(REDEEM), st.integers(1, 80), st.none()),
			st.tuples(st.just(REVERSE), st.integers(0, 30), st.none()),
			st.tuples(st.just("wait"), st.integers(1, 4), st.none()),
		),
		min_size=1,
		max_size=12,
	)

	@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
	@given(steps)
	def test_entries_and_balance_agree_and_all_again_changes_nothing(self, happened):
		frappe.db.savepoint("ledger")
		day, done, entries = 10, [], []
		for kind, value, days in happened:
			if kind == "wait":
				day = min(day + value, 30)
				continue
			with at(f"2026-03-{day:02d} 12:00:00"):
				expires_on = getdate(add_days(getdate(), days)) if days is not None else None
				of_entry = entries[value % len(entries)] if kind == REVERSE and entries else None
				if kind == REVERSE and not of_entry:
					continue
				key = f"reverse|{of_entry}" if of_entry else self.key()
				posting = Posting(self.member, kind, key, 0 if of_entry else value, expires_on, of_entry)
				try:
					made = post([posting])
				except PointsError:
					continue
				if kind in (EARN, REDEEM):
					entries.append(made[key])
				done.append(posting)
			self.assertAddsUp()
		with at(f"2026-03-{day:02d} 12:00:00"):
			self.assertEqual([], [made for made in (post([posting]) for posting in done) if set(made) & {p.source_key for p in done}])
			expire_points()
		self.assertAddsUp()
		frappe.db.rollback(save_point="ledger")
