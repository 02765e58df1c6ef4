"""Many people want the same hour: real connections at the same time, so these tests commit and clean up behind themselves."""

import threading
from collections import Counter
from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import formatdate

from crm4s import bookings
from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.exceptions import SlotTakenError

STORE = "BOOK-MANY"
ATTEMPTS, CONNECTIONS = 200, 20


class TestManyAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		remove_everything()
		make_store(STORE)
		self.bays = [make_bay(STORE, resource_name=f"工位{number}").name for number in range(CONNECTIONS)]
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		remove_everything()

	def attempt(self, wants) -> tuple[Counter, list[str]]:
		"""ATTEMPTS calls of `wants(number)` over CONNECTIONS threads, each with its own connection and in step with the others."""
		site, outcomes, sentences = frappe.local.site, Counter(), []
		barrier = threading.Barrier(CONNECTIONS)

		def work(worker: int) -> None:
			frappe.init(site=site, sites_path=".")
			frappe.connect()
			try:
				for number in range(worker, ATTEMPTS, CONNECTIONS):
					# What this transaction reads from here on is as old as this.
					frappe.db.count("C4S Booking")
					barrier.wait(timeout=120)
					outcomes[self.try_once(wants, number, sentences)] += 1
			finally:
				frappe.destroy()

		threads = [threading.Thread(target=work, args=(worker,)) for worker in range(CONNECTIONS)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		frappe.db.rollback()
		return outcomes, sentences

	def try_once(self, wants, number: int, sentences: list[str]) -> str:
		try:
			wants(number)
			frappe.db.commit()
			return "won"
		except SlotTakenError as error:
			frappe.db.rollback()
			sentences.append(str(error))
			return "taken"
		except Exception as error:
			frappe.db.rollback()
			return repr(error)

	def test_of_two_hundred_attempts_exactly_one_wins_and_the_others_hear_what_is_free(self):
		bay = self.bays[0]
		outcomes, sentences = self.attempt(lambda number: bookings.book(bay, at(10), at(11)))
		self.assertEqual({"won": 1, "taken": ATTEMPTS - 1}, outcomes)
		self.assertEqual(1, frappe.db.count("C4S Booking", {"resource": bay}))
		# As the site writes dates.
		day = formatdate(at(10))
		sentence = f"工位0 is taken {day} 10:00–11:00; next free: {day} 11:00–12:00, {day} 12:00–13:00, {day} 13:00–14:00."
		self.assertEqual({sentence}, set(sentences))

	def test_overlapping_wishes_end_without_overlap(self):
		bay = self.bays[0]
		start = [at(9) + timedelta(minutes=7 * number % 480) for number in range(ATTEMPTS)]
		outcomes, _sentences = self.attempt(lambda number: bookings.book(bay, start[number], start[number] + timedelta(minutes=45)))
		self.assertEqual({"won", "taken"}, set(outcomes))
		booked = frappe.get_all("C4S Booking", {"resource": bay}, ["starts_at", "ends_at"], order_by="starts_at")
		self.assertEqual(outcomes["won"], len(booked))
		for earlier, later in zip(booked, booked[1:], strict=False):
			self.assertLessEqual(earlier.ends_at, later.starts_at)

	def test_neighbours_do_not_wait_for_each_other_in_circles(self):
		def wants(number: int) -> None:
			day, bay = 1 + number // CONNECTIONS, self.bays[number % CONNECTIONS]
			bookings.book(bay, at(10, days=day), at(11, days=day))

		outcomes, _sentences = self.attempt(wants)
		self.assertEqual({"won": ATTEMPTS}, outcomes)

	def test_bookings_that_are_moved_onto_each_other_never_overlap(self):
		names = [bookings.book(bay, at(10), at(11)) for bay in self.bays]
		frappe.db.commit()

		def wants(number: int) -> None:
			turn, worker = divmod(number, CONNECTIONS)
			bookings.move(names[worker], at(10), at(11), resource=self.bays[(worker + turn + 1) % CONNECTIONS])

		outcomes, _sentences = self.attempt(wants)
		self.assertLessEqual(set(outcomes), {"won", "taken"})
		taken = frappe.get_all("C4S Booking", {"dealership": STORE, "status": "Booked"}, pluck="resource")
		self.assertEqual((CONNECTIONS, CONNECTIONS), (len(taken), len(set(taken))))


def remove_everything() -> None:
	frappe.db.delete("C4S Booking", {"dealership": STORE})
	frappe.db.delete("C4S Resource", {"dealership": STORE})
	if frappe.db.exists("C4S Dealership", STORE):
		frappe.delete_doc("C4S Dealership", STORE)
	frappe.db.commit()
