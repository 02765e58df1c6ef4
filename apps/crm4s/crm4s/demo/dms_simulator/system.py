"""The simulated system at work: one thread sends what is planned, another reads the feed, both until they are told to end."""

import importlib.util
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.error import URLError

from crm4s.demo.dms_simulator.book import Book

CLIENT = Path(__file__).resolve().parents[5] / "docs" / "examples" / "dms_client.py"
FEED = "feed"


def example_client() -> ModuleType:
	"""The client that integrators copy, from the repository around the app."""
	if not CLIENT.exists():
		raise SystemExit(f"The simulator needs the repository: {CLIENT} is missing.")
	specification = importlib.util.spec_from_file_location("dms_client", CLIENT)
	client = importlib.util.module_from_spec(specification)
	specification.loader.exec_module(client)
	return client


class Clock:
	"""The system's own time, which may go wrong or faster than ours.

	Args:
		ahead: seconds by which it is wrong.
		speed: how many of its seconds one of ours is.
	"""

	def __init__(self, ahead: float = 0, speed: float = 1):
		self.ahead, self.speed, self.began = ahead, speed, time.time()

	def __call__(self) -> float:
		return self.began + (time.time() - self.began) * self.speed + self.ahead

	def sleep(self, seconds: float) -> None:
		time.sleep(seconds / self.speed)


class System:
	"""One dealer management system at one link.

	Args:
		clock: by which it waits; with a high speed a day of absence passes in seconds.
	"""

	def __init__(self, site: str, key: str, secret: str, book: Book, clock: Clock | None = None, pause: float = 0.2):
		self.client_module = example_client()
		self.clock, self.book, self.pause = clock or Clock(), book, pause
		self.client = self.client_module.Client(site, key, secret, timeout=30, sleep=self.clock.sleep)
		self.ending = threading.Event()
		self.failures: list[str] = []
		self.threads = [threading.Thread(target=self._again_and_again, args=(step,), daemon=True) for step in (self.send_one, self.read_on)]

	def begin(self) -> None:
		for thread in self.threads:
			thread.start()

	def end(self, seconds: float = 60) -> None:
		self.ending.set()
		for thread in self.threads:
			thread.join(seconds)

	def _again_and_again(self, step: Callable[[], bool]) -> None:
		while not self.ending.is_set():
			try:
				more = step()
			except (self.client_module.Refused, URLError, OSError) as refused:
				self.failures.append(str(refused))
				more = False
			if not more:
				self.ending.wait(self.pause)

	def send_one(self) -> bool:
		"""Send the next request, again and again until it is answered; False where none is left."""
		planned = self.book.next_request()
		if not planned:
			return False
		number, entity, records, key = planned
		self.book.answered(number, self.client.push_once(entity, records, key))
		return True

	def read_on(self) -> bool:
		"""Take in what is new in the feed; False, so that it waits before it asks again."""
		for page in self.client.changes(self.book.cursor(FEED)):
			self.book.take_in(FEED, page["entries"], page["cursor"])
		return False

	def send_all(self, seconds: float) -> bool:
		"""Wait until everything planned has its answer; False where the time is over."""
		ends = time.monotonic() + seconds
		while self.book.next_request():
			if time.monotonic() > ends:
				return False
			time.sleep(0.1)
		return True
