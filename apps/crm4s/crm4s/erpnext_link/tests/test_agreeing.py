"""Whose word counts; pure."""

import json
import unittest

from crm4s.erpnext_link.agreeing import NEWEST, OURS, THEIRS, agree


def said(ours, theirs, agreed=None, owner=OURS, ours_is_newer=True):
	"""What both sides say of one field afterwards."""
	base = {} if agreed is None else {"Phone": json.dumps(agreed[0])}
	found = agree({"Phone": ours}, {"Phone": theirs}, base, lambda _field: owner, ours_is_newer, json.dumps)
	here, there = found.here.get("Phone", ours), found.there.get("Phone", theirs)
	assert here == there and found.digests == {"Phone": json.dumps(here)}
	return here


class TestAgree(unittest.TestCase):
	def test_the_owner_of_a_field_wins(self):
		self.assertEqual("1", said("1", "2", owner=OURS))
		self.assertEqual("2", said("1", "2", owner=THEIRS))

	def test_the_owner_wins_where_only_the_other_side_was_changed(self):
		self.assertEqual("1", said("1", "2", ["1"], OURS))
		self.assertEqual("1", said("2", "1", ["1"], THEIRS))

	def test_what_is_empty_on_one_side_is_filled(self):
		for owner in (OURS, THEIRS, NEWEST):
			self.assertEqual("2", said(None, "2", owner=owner))
			self.assertEqual("1", said("1", None, owner=owner))
			self.assertEqual("2", said(None, "2", [None], owner))

	def test_what_its_owner_took_away_is_gone_on_both_sides(self):
		self.assertIsNone(said(None, "1", ["1"], OURS))
		self.assertIsNone(said("1", None, ["1"], THEIRS))

	def test_the_other_side_takes_nothing_away(self):
		self.assertEqual("1", said("1", None, ["1"], OURS))

	def test_of_the_newest_the_changed_side_wins_whatever_the_times(self):
		self.assertEqual("2", said("1", "2", ["1"], NEWEST, ours_is_newer=True))
		self.assertEqual("2", said("2", "1", ["1"], NEWEST, ours_is_newer=False))
		self.assertIsNone(said(None, "1", ["1"], NEWEST, ours_is_newer=False))

	def test_of_the_newest_the_later_one_wins_where_both_were_changed(self):
		self.assertEqual("1", said("1", "2", ["0"], NEWEST, ours_is_newer=True))
		self.assertEqual("2", said("1", "2", ["0"], NEWEST, ours_is_newer=False))
