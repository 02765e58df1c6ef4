"""The order of the feed under writers that commit and roll back at once, each over a connection of its own, and a reader that polls."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from threading import Event, Thread
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.change_feed import reading
from crm4s.change_feed.noting import CHANGE, CREATED, note
from crm4s.change_feed.reading import read
from crm4s.change_feed.sequencing import head, sequence
from crm4s.change_feed.watching import CUSTOMER, LEAD

WRITERS, TRANSACTIONS, DOCUMENTS = 8, 40, 6
PREFIX = "C4S-FEED-TEST-"


def connected(work: Callable) -> Callable:
	"""`work` as a process of its own would do it: with its own connection, and commits that are commits."""
	site = frappe.local.site

	def run():
		frappe.init(site=site, sites_path=".")
		frappe.connect()
		frappe.set_user("Administrator")
		try:
			work()
		finally:
			frappe.db.rollback()
			frappe.destroy()

	return run


class TestSequencing(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_positions_follow_each_other_without_gaps(self):
		sequence()
		first = head()
		note(LEAD, ["LD-1", "LD-2"], CREATED)
		note(CUSTOMER, ["CU-1"], CREATED)
		self.assertEqual((3, first + 3), (sequence(), head()))
		rows, position, more = read([LEAD, CUSTOMER], first, 2)
		self.assertEqual(([first + 1, first + 2], first + 2, True), ([row.position for row in rows], position, more))
		rows, position, more = read([CUSTOMER], first, 2)
		self.assertEqual((["CU-1"], first + 3, False), ([row.document for row in rows], position, more))
		self.assertEqual(([], first + 3, False), read([LEAD], first + 2, 2))

	def test_a_type_is_found_however_far_its_changes_lie_apart(self):
		sequence()
		first = head()
		for number in range(12):
			note(LEAD if number in (0, 9, 11) else CUSTOMER, [f"X-{number}"], CREATED)
		sequence()
		with patch.object(reading, "FIRST_WINDOW", 1), patch.object(reading, "GROWTH", 2):
			rows, position, more = read([LEAD], first, 5)
			self.assertEqual((["X-0", "X-9", "X-11"], first + 12, False), ([row.document for row in rows], position, more))
			rows, position, more = read([LEAD], first, 2)
			self.assertEqual((["X-0", "X-9"], first + 10, True), ([row.document for row in rows], position, more))


class TestConcurrency(FrappeTestCase):
	"""Eight writers, each transaction with random pauses and an end by chance, on few documents, so that they meet."""

	def setUp(self):
		self.committed, self.seen, self.errors = [], [], []
		self.over = Event()
		frappe.db.rollback()
		sequence()
		frappe.db.commit()
		self.first = head()
		self.addCleanup(self.clean)

	def clean(self):
		frappe.db.rollback()
		frappe.db.delete(CHANGE)
		frappe.db.delete("Series", {"name": ["like", f"{PREFIX}%"]})
		frappe.db.commit()

	def write(self, seed: int) -> None:
		chance = random.Random(seed)
		for _turn in range(TRANSACTIONS):
			try:
				told = [self.change(f"{PREFIX}{document}") for document in sorted(chance.sample(range(DOCUMENTS), chance.randint(1, 3)))]
				time.sleep(chance.uniform(0, 0.02))
				if chance.random() < 0.3:
					frappe.db.rollback()
				else:
					frappe.db.commit()
					self.committed += told
			except frappe.QueryDeadlockError:
				frappe.db.rollback()

	def change(self, document: str) -> tuple[str, int]:
		"""The next version of a document, under the lock of its row, noted after it is written."""
		row = frappe.qb.DocType("Series")
		version = frappe.qb.from_(row).where(row.name == document).for_update().select(row.current).run()[0][0] + 1
		frappe.qb.update(row).set(row.current, version).where(row.name == document).run()
		# What a document left is the one text of a note that says what the test wants.
		note(LEAD, [document], fields=["needs"], left_stores={document: str(version)})
		return document, version

	def poll(self) -> None:
		position, last = self.first, False
		while True:
			last = self.over.is_set()
			sequence()
			rows, position, more = read([LEAD, CUSTOMER], position, random.randint(1, 20))
			self.seen += [(row.position, row.document, int(row.left_stores)) for row in rows]
			frappe.db.commit()
			if last and not more:
				return

	def begin(self, works: list[Callable]) -> list[Thread]:
		threads = [Thread(target=self.guarded(connected(work))) for work in works]
		for thread in threads:
			thread.start()
		return threads

	def guarded(self, work: Callable) -> Callable:
		def run():
			try:
				work()
			except Exception as error:
				self.errors.append(error)

		return run

	def test_every_committed_change_is_read_once_in_order_and_nothing_else(self):
		for document in range(DOCUMENTS):
			frappe.db.sql("insert into `tabSeries` (name, current) values (%s, 0)", f"{PREFIX}{document}")
		frappe.db.commit()
		# Two who read at once give positions at once.
		readers = self.begin([self.poll, lambda: self.sequence_until_over()])
		writers = self.begin([lambda seed=seed: self.write(seed) for seed in range(WRITERS)])
		for thread in writers:
			thread.join(120)
		self.over.set()
		for thread in readers:
			thread.join(120)
		self.assertEqual([], self.errors)
		self.assertEqual(sorted(self.committed), sorted((document, version) for _position, document, version in self.seen))
		self.assertEqual(list(range(self.first + 1, self.first + 1 + len(self.seen))), [position for position, *_rest in self.seen])
		of_document = defaultdict(list)
		for _position, document, version in self.seen:
			of_document[document].append(version)
		for document, versions in of_document.items():
			self.assertEqual(list(range(1, len(versions) + 1)), versions, document)
		self.assertGreater(len(self.seen), WRITERS * TRANSACTIONS / 3)

	def sequence_until_over(self) -> None:
		while not self.over.is_set():
			sequence()
