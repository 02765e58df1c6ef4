"""A thousand wrong passwords for one account, sixty at a time from one address, at the running site: who suffers?"""

import secrets
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

from embedded.tests.inside import connected
from embedded.tests.people import URL, Stage, needs_server

TRIES, AT_ONCE = 1000, 60
# What is judged before the address is refused: the limit of the account, and those under way at that moment.
MOST_JUDGED = 10 + AT_ONCE


class FromAddress(HTTPAdapter):
	"""Requests that come from an address of their own: all of 127.0.0.0/8 is this machine."""

	def __init__(self):
		self.address = ".".join(["127", *(str(1 + secrets.randbelow(250)) for _part in range(3))])
		super().__init__()

	def init_poolmanager(self, *args, **more):
		super().init_poolmanager(*args, **more, source_address=(self.address, 0))


def somewhere() -> requests.Session:
	session = requests.Session()
	session.mount("http://", FromAddress())
	return session


def sign_in(session: requests.Session, name: str, password: str) -> int:
	return session.post(f"{URL}/api/method/login", data={"usr": name, "pwd": password}, timeout=120).status_code


@needs_server
class Storm(unittest.TestCase):
	def setUp(self):
		self.stage = Stage()
		self.addCleanup(self.stage.clear)
		role = self.stage.desk_role()
		self.owner, self.colleague = self.stage.user(role), self.stage.user(role)
		self.addCleanup(self.forget_failures)

	def forget_failures(self):
		with connected() as frappe:
			frappe.db.delete("Activity Log", {"user": ["in", [self.owner.name, self.colleague.name]]})
			frappe.db.commit()

	def failures(self) -> int:
		with connected() as frappe:
			return frappe.db.count("Activity Log", {"user": self.owner.name, "status": "Failed"})

	def test_it_slows_only_whoever_makes_it(self):
		attacker = somewhere()
		with ThreadPoolExecutor(AT_ONCE) as pool:
			tries = [pool.submit(sign_in, attacker, self.owner.name, f"guess-{number}") for number in range(TRIES)]
			threading.Event().wait(0.1)
			seen = [(sign_in(somewhere(), person.name, person.password), self.colleague.get("ping").status_code) for _time in range(3) for person in (self.owner, self.colleague)]
			under_way = sum(not one.done() for one in tries)
			answers = [one.result() for one in tries]
		self.assertEqual([(200, 200)] * 6, seen, "others were kept out")
		self.assertTrue(under_way, "the storm was over before the others were answered")
		self.assertEqual({401, 429}, set(answers))
		self.assertLessEqual(answers.count(401), MOST_JUDGED)
		self.assertLessEqual(self.failures(), MOST_JUDGED, "the storm fills the log")
		self.assertEqual(429, sign_in(attacker, self.owner.name, self.owner.password), "the right password after the storm, from there")
		self.assertEqual(200, sign_in(somewhere(), self.owner.name, self.owner.password))

	def test_a_stranger_locks_nobody_out(self):
		for _address in range(6):
			stranger = somewhere()
			for number in range(8):
				self.assertEqual(401, sign_in(stranger, self.owner.name, f"guess-{number}"))
		self.assertEqual(200, sign_in(somewhere(), self.owner.name, self.owner.password))

	def test_who_tries_many_accounts_is_stopped_as_well(self):
		stranger = somewhere()
		answers = [sign_in(stranger, f"nobody-{number}@example.com", "Winter-2026") for number in range(64)]
		self.assertEqual([401] * 60 + [429] * 4, answers)
		self.assertEqual(429, sign_in(stranger, self.owner.name, self.owner.password))

	def test_a_few_mistakes_and_then_the_right_password(self):
		place = somewhere()
		for _morning in range(3):
			for number in range(9):
				self.assertEqual(401, sign_in(place, self.owner.name, f"typo-{number}"))
			self.assertEqual(200, sign_in(place, self.owner.name, self.owner.password))


if __name__ == "__main__":
	unittest.main()
