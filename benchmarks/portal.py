"""A hundred customers at once on the customers' pages: how long they wait, and whether anything fails.

	python3 -m benchmarks.portal

Runs the embedded server as `./run start` does, with the demo group, in an instance of its own. Each customer reads one page after another and takes
some seconds for each, as people do; once in that time, at a moment of his own, he leaves and another one comes by a link, so that there are always as
many. Beside them the framework's own sign-in page is asked for, as a peer.

Before that all of them sign in within nine seconds, to be there. That is not a hundred people at once but more than six hundred a minute, as after a
message to everybody, so it has a figure of its own.
"""

import random
import re
import statistics
import threading
import time
from collections import defaultdict
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from benchmarks import harness
from embedded import site
from embedded.console import step
from embedded.instance import Instance

INSTANCE = Instance("benchmark-portal", "portal.localhost", 8390, durable=True, buffer_pool_megabytes=256)
PEOPLE, SECONDS = 100, 120
# How long somebody looks at a page.
READING_SECONDS = (3, 9)
# All come within so long at the beginning.
BURST_SECONDS = 9
TARGET_MS = 500
PAGES = ("/my", "/my/service", "/my/book", "/my/messages", "/my/rewards", "/my/models", "/my/stores", "/my/me")
PEER = "/login"
SIGN_IN, BURST = "sign in", f"sign in, all within {BURST_SECONDS} s"
# What is no part of the figure over all.
BESIDE = (PEER, BURST)
CAR = re.compile(r'href="(/my/cars/[^"]+)"')


class Person:
	"""One customer after another at a browser, each with a link; `took` is a list of address, seconds, status and bytes."""

	def __init__(self, number: int, address: str, first: str, second: str):
		self.chance, self.address, self.first, self.second = random.Random(number), address, first, second
		self.cars: list[str] = []
		self.took: list[tuple[str, float, int, int]] = []

	def live(self, begin: float, until: float) -> None:
		time.sleep(self.chance.uniform(0, BURST_SECONDS))
		self.come(BURST, self.first)
		time.sleep(max(0, begin - time.monotonic()))
		the_next = self.chance.uniform(begin, until - READING_SECONDS[1])
		while time.monotonic() < until:
			time.sleep(self.chance.uniform(*READING_SECONDS))
			if self.second and time.monotonic() >= the_next:
				self.come(SIGN_IN, self.second)
				self.second = None
			else:
				self.read()

	def come(self, what: str, link: str) -> None:
		self.browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
		self.cars = sorted(set(CAR.findall(self.ask(what, link, {"action": "enter"}))))

	def read(self) -> None:
		path = self.chance.choice([*PAGES, PEER, *(["car"] if self.cars else [])])
		self.ask(path, self.chance.choice(self.cars) if path == "car" else path)

	def ask(self, what: str, path: str, form: dict | None = None) -> str:
		began = time.perf_counter()
		try:
			with self.browser.open(self.address + path, urlencode(form).encode() if form else None, timeout=60) as answer:
				text, status = answer.read().decode(), answer.status
		except HTTPError as error:
			text, status = "", error.code
		except (URLError, TimeoutError, ConnectionError):
			text, status = "", 0
		self.took.append((what, time.perf_counter() - began, status, len(text)))
		return text


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--people", type=int, default=PEOPLE, help="so many at once; another number writes no page")
	parser.add_argument("--seconds", type=int, default=SECONDS, help="for how long")
	options = parser.parse_args()
	result = run(options)
	text = page(result)
	print(text)
	if not options.no_page and options.people == PEOPLE:
		harness.write_page("portal", text)
	return 0 if is_right(result) else 1


def run(options) -> dict:
	with harness.crm(options.no_setup, INSTANCE) as running:
		site.ensure_demo(INSTANCE)
		first, second = (harness.call_inside("benchmarks.portal_inside:links", INSTANCE, people=options.people) for _time in range(2))
		# Who comes is not who left.
		links = list(zip(first, second[1:] + second[:1], strict=True))
		running.start_application(INSTANCE.default_port)
		with step(f"{options.people} customers for {options.seconds} s"):
			took = let_live(links, f"http://127.0.0.1:{INSTANCE.default_port}", options.seconds)
	return {"people": options.people, "seconds": options.seconds, **figures(took)}


def let_live(links: list[tuple[str, str]], address: str, seconds: int) -> list[tuple[str, float, int, int]]:
	people = [Person(number, address, *pair) for number, pair in enumerate(links)]
	begin = time.monotonic() + BURST_SECONDS + READING_SECONDS[1]
	threads = [threading.Thread(target=person.live, args=(begin, begin + seconds)) for person in people]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	return [one for person in people for one in person.took]


def figures(took: list[tuple[str, float, int, int]]) -> dict:
	"""Rows by page, and of all pages of the portal together without what stands beside: requests, median and 95th percentile in ms, what failed, kB."""
	pages = defaultdict(list)
	for what, seconds, status, size in took:
		pages[what].append((seconds * 1000, status, size))
	rows = [{"what": what, **_summary(found)} for what, found in sorted(pages.items())]
	ours = _summary([one for what, found in pages.items() if what not in BESIDE for one in found])
	return {"rows": rows, "all": {"what": "all pages of the portal", **ours}}


def _summary(found: list[tuple[float, int, int]]) -> dict:
	times = [one[0] for one in found]
	return {
		"requests": len(found),
		"median": statistics.median(times),
		"p95": statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
		"failed": sum(status != 200 for _time, status, _size in found),
		"kilobytes": statistics.fmean(size for _time, _status, size in found) / 1000,
	}


def is_right(result: dict) -> bool:
	return result["all"]["p95"] <= TARGET_MS and not any(row["failed"] for row in result["rows"] if row["what"] != PEER)


def page(result: dict) -> str:
	rows = [(row["what"], row["requests"], row["median"], row["p95"], row["failed"], row["kilobytes"]) for row in [*result["rows"], result["all"]]]
	table = harness.table(("page", "requests", "median ms", "p95 ms", "failed", "kB of HTML"), rows)
	return (
		f"## {result['people']} customers at once on their pages\n\n`python3 -m benchmarks.portal` · {harness.machine()}\n\n"
		f"The embedded server with two web processes and the demo group; {result['people']} browsers for {result['seconds']} s, each reading a page for"
		f" {READING_SECONDS[0]} to {READING_SECONDS[1]} s before the next; once in that time each leaves and another customer comes by a link. Before, all of them sign in"
		f" within {BURST_SECONDS} s, as after a message to everybody: a row for itself. `{PEER}` is the framework's own page, for comparison; both are not in the last row. Target:"
		f" p95 of all at most {TARGET_MS} ms, nothing fails.\n\n{table}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
