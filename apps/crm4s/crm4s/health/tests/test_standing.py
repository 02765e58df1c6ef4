"""Which parts are late: worked by hand."""

import unittest

from crm4s.health.standing import Limits, parts_of

NOW = 1_000_000
LIMITS = Limits(scheduler=600, jobs=900, messages=1800, deliveries=3600, backup=36 * 3600)
WELL = {
	"crm4s_up": {("database",): 1, ("cache",): 1, ("queue",): 1},
	"crm4s_queue_oldest_seconds": {("short",): 900, ("default",): 0, ("long",): 50_000},
	"crm4s_queue_workers": {("short",): 1, ("default",): 2, ("long",): 1},
	"crm4s_scheduler_on": {(): 1},
	"crm4s_scheduler_last_start_timestamp_seconds": {(): NOW - 600},
	"crm4s_messages_oldest_due_seconds": {(): 1800},
	"crm4s_deliveries_oldest_seconds": {(): 0},
	"crm4s_last_backup_timestamp_seconds": {(): NOW - 3600},
}


class TestStanding(unittest.TestCase):
	def late(self, limits: Limits = LIMITS, **changed) -> set[str]:
		figures = {**WELL, **{f"crm4s_{name}": values for name, values in changed.items()}}
		figures = {name: values for name, values in figures.items() if values is not None}
		return {part for part, ok in parts_of(figures, limits, NOW).items() if not ok}

	def test_at_the_limit_all_is_well(self):
		self.assertEqual(set(), self.late())
		self.assertEqual(9, len(parts_of(WELL, LIMITS, NOW)))

	def test_beyond_it_the_part_is_late(self):
		self.assertEqual({"scheduler"}, self.late(scheduler_last_start_timestamp_seconds={(): NOW - 601}))
		self.assertEqual({"jobs"}, self.late(queue_oldest_seconds={("default",): 901}))
		self.assertEqual({"messages"}, self.late(messages_oldest_due_seconds={(): 1801}))
		self.assertEqual({"deliveries"}, self.late(deliveries_oldest_seconds={(): 3601}))
		self.assertEqual({"backup"}, self.late(last_backup_timestamp_seconds={(): NOW - 36 * 3600 - 1}))

	def test_what_never_happened_is_late(self):
		self.assertEqual({"scheduler", "backup"}, self.late(scheduler_last_start_timestamp_seconds=None, last_backup_timestamp_seconds=None))

	def test_a_scheduler_that_is_switched_off_is_late_however_lately_it_ran(self):
		self.assertEqual({"scheduler"}, self.late(scheduler_on={(): 0}))

	def test_a_queue_without_a_worker_is_told(self):
		self.assertEqual({"workers"}, self.late(queue_workers={("short",): 1, ("long",): 0}))

	def test_of_a_queue_that_is_away_only_that_is_told(self):
		away = {"up": {("database",): 1, ("cache",): 0, ("queue",): 0}, "queue_oldest_seconds": None, "queue_workers": None}
		self.assertEqual({"cache", "queue"}, self.late(**away))

	def test_nobody_is_told_of_what_has_no_limit(self):
		nothing = Limits(scheduler=0, jobs=0, messages=0, deliveries=0, backup=0)
		self.assertEqual({"database", "cache", "queue", "workers"}, set(parts_of(WELL, nothing, NOW)))
