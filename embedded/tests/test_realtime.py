"""The gateway's realtime, spoken to by hand: engine.io 4 over polling, one packet a request."""

import os
import time
import unittest

from embedded.tests.inside import connected
from embedded.tests.people import PASSWORD, URL, Person, needs_server


class Socket:
	"""One connection to the site's namespace by a signed-in session."""

	def __init__(self, person: Person, address: str | None = URL, site: str | None = None):
		self.session = person.session
		self.namespace = "/" + (site or os.path.basename(os.path.realpath(os.environ["CRM4S_TEST_SITE_PATH"])))
		self.address = f"{address}/socket.io/?EIO=4&transport=polling"
		opened = self.session.get(self.address, timeout=10).text
		self.address += "&sid=" + opened.split('"sid":"')[1].split('"')[0]

	def send(self, packet: str) -> None:
		assert self.session.post(self.address, data=packet, timeout=10).text == "ok"

	def ask_in(self) -> None:
		self.send(f"40{self.namespace},")

	def leave(self) -> None:
		self.send(f"41{self.namespace},")

	def hear(self, word: str, seconds: float = 10) -> bool:
		"""Whether a packet with `word` arrives in time."""
		deadline = time.monotonic() + seconds
		while time.monotonic() < deadline:
			heard = self.session.get(self.address, timeout=30).text
			if word in heard:
				return True
			if heard == "2":
				self.send("3")
		return False


@needs_server
class Realtime(unittest.TestCase):
	def setUp(self):
		self.person = Person("Administrator", PASSWORD)

	def enter(self) -> Socket:
		socket = Socket(self.person.again())
		socket.ask_in()
		self.assertTrue(socket.hear(f"40{socket.namespace},"), "the gateway does not let the Administrator in")
		return socket

	def test_who_comes_while_the_last_one_leaves_hears_what_happens(self):
		last, next_one = self.enter(), Socket(self.person.again())
		next_one.ask_in()
		last.leave()
		self.assertTrue(next_one.hear(f"40{last.namespace},"))
		with connected() as frappe:
			frappe.publish_realtime("crm4s_test_event", {"text": "still here"}, user="Administrator")
		self.assertTrue(next_one.hear("still here"))

	def test_another_sites_name_is_refused(self):
		socket = Socket(self.person)
		socket.namespace = "/another.localhost"
		socket.ask_in()
		self.assertTrue(socket.hear("44/another.localhost"))


if __name__ == "__main__":
	unittest.main()
