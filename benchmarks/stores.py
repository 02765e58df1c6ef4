"""How many stores two cores serve: colleagues, customers and dealer management systems at once, ever more of them until answers take too long.

	python3 -m benchmarks.stores

Runs the embedded server as `./run start` does, with the demo group, in an instance of its own, and lets locust (in an environment of its own,
benchmarks/requirements-load.lock) play the busiest hour of N stores in its own time; N grows until the 95th percentile of all answers passes
500 ms. While the last N that was good is played once more, py-spy looks where the web server's time goes. Writes the table into
docs/benchmarks.md and the picture docs/images/stores.svg.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from benchmarks import dms_records as records, harness, plot, stores_mix as mix
from benchmarks.dms_link import Link
from benchmarks.stores_spy import kinds
from benchmarks.watching import Watch
from embedded import layout, setup, site
from embedded.console import say, step
from embedded.instance import Instance
from embedded.processes import Processes

INSTANCE = Instance("benchmark-stores", "stores.localhost", 8360, durable=True, buffer_pool_megabytes=512)
ADDRESS = f"http://127.0.0.1:{INSTANCE.default_port}"
TARGET_MS, WEB_PROCESSES = 500, 2
FIRST, STEP, MOST = 20, 1.5, 2000
SECONDS, CALM = 30, 10
CUSTOMERS, ORDERS = 40, 2_000
WHO = ("staff", "customer", "system")
PLAYERS = "locust"
GROUPS = ("web", "workers", "database", "Redis", "gateway", PLAYERS)
PICTURE = harness.PAGE.parent / "images" / "stores.svg"
TOKEN = re.compile(r'csrf_token = "(\w+)"')


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--first", type=int, default=FIRST, help="so many stores at first; another number writes no page")
	parser.add_argument("--seconds", type=int, default=SECONDS, help="for how long each number is played")
	parser.add_argument("--until", type=int, default=TARGET_MS, help="go on until the 95th percentile passes so many ms: on a busy machine the target is passed at once")
	parser.add_argument("--stacks", type=Path, help="keep what py-spy saw in this file")
	options = parser.parse_args()
	result = run(options)
	text = page(result)
	print(text)
	if not options.no_page and (options.first, options.seconds) == (FIRST, SECONDS):
		harness.write_page("stores", text)
		PICTURE.write_text(picture(result))
	return 0


def run(options: argparse.Namespace) -> dict:
	with harness.crm(options.no_setup, INSTANCE) as running:
		setup.environment_apart(layout.LOAD, "locust and py-spy")
		site.ensure_demo(INSTANCE)
		account = harness.call_inside("benchmarks.stores_inside:link", INSTANCE, stores=list(records.STORES))
		colleagues = harness.call_inside("benchmarks.stores_inside:staff", INSTANCE)
		links = harness.call_inside("benchmarks.portal_inside:links", INSTANCE, people=CUSTOMERS)
		plates = harness.call_inside("benchmarks.stores_inside:plates", INSTANCE)
		running.start_application(INSTANCE.default_port, WEB_PROCESSES)
		orders = known_to_system(account)
		people = {
			"staff": at_once(sign_in, colleagues), "customers": at_once(enter, links),
			"plates": plates, "orders": orders, "system": f"token {account['key']}:{account['secret']}",
			"cursor": harness.call_inside("benchmarks.stores_inside:end_of_feed", INSTANCE, user=account["user"]),
		}
		return raise_stores(running, people, options)


def known_to_system(account: dict) -> list[dict]:
	"""The store's system has sent its customers, cars and parts; orders that it will send."""
	link = Link(ADDRESS, account)
	with step("Customers, cars and parts of the system"):
		for entity, made in (("part", records.parts()), ("customer", records.customers(ORDERS)), ("vehicle", records.vehicles(ORDERS))):
			for batch in records.in_requests(made, 500):
				link.push(entity, batch)
	mark = os.urandom(4).hex()
	return list(records.service_orders(ORDERS, mark=mark))


def at_once(come: Callable, people: list) -> list:
	with step(f"{len(people)} sign in"), ThreadPoolExecutor(WEB_PROCESSES * 4) as pool:
		return list(pool.map(come, people))


def sign_in(colleague: dict) -> dict:
	"""A colleague at the desk, with cookie and token."""
	browser, jar = _browser()
	browser.open(f"{ADDRESS}/api/method/login", urlencode({"usr": colleague["user"], "pwd": INSTANCE.secrets["demo"]}).encode(), timeout=60).read()
	token = TOKEN.search(browser.open(f"{ADDRESS}/app", timeout=60).read().decode())
	return {**colleague, "cookie": _line(jar), "token": token[1]}


def enter(link: str) -> str:
	"""The cookies of a customer who came by a link."""
	browser, jar = _browser()
	browser.open(Request(ADDRESS + link, urlencode({"action": "enter"}).encode()), timeout=60).read()
	return _line(jar)


def _browser():
	jar = CookieJar()
	return build_opener(ProxyHandler({}), HTTPCookieProcessor(jar)), jar


def _line(jar: CookieJar) -> str:
	return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


# Play
# ----


def raise_stores(running: Processes, people: dict, options: argparse.Namespace) -> dict:
	"""Rows by number of stores, the last one too many; and what py-spy saw at the last that was good."""
	rows, stores, orders = [], options.first, 0
	while stores <= MOST:
		rows.append(play(running, people, stores, orders, options.seconds))
		orders += rows[-1]["orders"]
		if rows[-1]["p95"] > options.until:
			break
		stores = round(stores * STEP)
	good = [row["stores"] for row in rows if row["p95"] <= TARGET_MS]
	seen = play(running, people, max(good, default=rows[-1]["stores"]), orders, options.seconds, spy=True)
	if options.stacks:
		options.stacks.write_text("\n".join(seen["stacks"]))
	return {"rows": rows, "good": max(good, default=0), "kinds": kinds(seen["stacks"]), "seconds": options.seconds}


def play(running: Processes, people: dict, stores: int, first_order: int, seconds: int, spy: bool = False) -> dict:
	with tempfile.TemporaryDirectory() as folder:
		given, out = Path(folder) / "given.json", Path(folder) / "out.json"
		given.write_text(json.dumps({"stores": stores, "calm": CALM, "people": people, "first_order": first_order, "out": str(out)}))
		users = sum(mix.players(who, stores) for who in WHO)
		command = [str(layout.LOAD / "bin" / "locust"), "--headless", "--only-summary", "--locustfile", str(layout.REPOSITORY / "benchmarks" / "stores_locust.py")]
		command += ["--host", ADDRESS, "--users", str(users), "--spawn-rate", str(users), "--run-time", f"{CALM + seconds}s", "--stop-timeout", "5", "--loglevel", "WARNING"]
		log = open(Path(folder) / "log", "w")
		locust = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, "CRM4S_STORES": str(given), "PYTHONPATH": str(layout.REPOSITORY)})
		load = os.getloadavg()[0]
		time.sleep(CALM)
		with Watch({**_groups(running), PLAYERS: [locust.pid]}) as watch:
			stacks = look(running, seconds) if spy else time.sleep(seconds) or []
		locust.wait()
		said = (Path(folder) / "log").read_text()
		if not out.exists() or "Traceback" in said:
			raise AssertionError(said[-3000:])
		row = summary(json.loads(out.read_text()), stores, seconds, load, watch)
		say(f"  {stores} stores: {row['a_second']:.1f} requests/s, median {row['median']:.0f} ms, p95 {row['p95']:.0f}, failed {row['failed']}, load {load:.1f}")
		return {**row, "stacks": stacks}


def look(running: Processes, seconds: int) -> list[str]:
	"""What py-spy sees in the web server's processes, one hundred times a second: who works, not who waits for an answer or a processor."""
	with tempfile.NamedTemporaryFile() as file:
		command = [str(layout.LOAD / "bin" / "py-spy"), "record", "--subprocesses", "--format", "raw", "--rate", "100", "--gil", "--nonblocking"]
		subprocess.run([*command, "--duration", str(seconds), "--output", file.name, "--pid", str(running.running["web"].pid)], check=True, capture_output=True)
		return Path(file.name).read_text().splitlines()


def _groups(running: Processes) -> dict[str, list[int]]:
	pids = {name: process.pid for name, process in running.running.items()}
	return {
		"web": [pids["web"]], "workers": [pids["worker_long"], pids["worker_short"], pids["scheduler"]], "database": [pids["database"]],
		"Redis": [pids["redis_cache"], pids["redis_queue"]], "gateway": [pids["gateway"]],
	}


def summary(taken: dict[str, list], stores: int, seconds: int, load: float, watch: Watch) -> dict:
	times = [one[0] for found in taken.values() for one in found]
	parts = {
		name: {"requests": len(found), "median": statistics.median(one[0] for one in found), "p95": _p95([one[0] for one in found]), "failed": sum(one[1] for one in found)}
		for name, found in sorted(taken.items())
	}
	cores = {group: watch.processor[group] / watch.seconds for group in GROUPS}
	return {
		"stores": stores, "a_second": len(times) / seconds, "median": statistics.median(times), "p95": _p95(times), "failed": sum(part["failed"] for part in parts.values()),
		"cores": cores, "processor": 1000 * sum(cores[group] for group in GROUPS if group != PLAYERS) * seconds / len(times), "load": load, "parts": parts, "orders": parts.get("system: sends an order", {}).get("requests", 0) + 50,
	}


def _p95(times: list[float]) -> float:
	return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


# What is told
# ------------


def page(result: dict) -> str:
	good = next((row for row in result["rows"] if row["stores"] == result["good"]), result["rows"][-1])
	asked = sum(action.a_day for action in mix.ACTIONS)
	return f"""## Stores on two cores

`python3 -m benchmarks.stores` · {harness.machine()} · MariaDB with a buffer pool of {INSTANCE.buffer_pool_megabytes:,} MB, every commit on disk

The embedded server with {WEB_PROCESSES} web processes of four threads, two workers and the scheduler, with the demo group; locust plays the busiest hour of N stores in its own time, on the same cores. A number is played for {result["seconds"]} s after
{CALM} s to get going; target: p95 of all answers at most {TARGET_MS} ms. A store has {mix.VISITS} visits, {mix.LEADS} leads and {mix.VISITORS} visitors a day and {mix.COLLEAGUES} colleagues; it does {asked:,.0f} things a day, {mix.OF_THE_DAY:.0%} of them in the busiest hour:

{harness.table(("what", "who", "a store and day", "why so often"), [(action.name.replace("_", " "), action.who, float(action.a_day), action.why) for action in mix.ACTIONS])}

{harness.table(("stores", "requests/s", "median ms", "p95 ms", "failed", *(f"{group}, cores" for group in GROUPS), "processor ms a request", "load before"), [_row(row) for row in result["rows"]])}

{_verdict(result["good"])} A request took {good["processor"]:.1f} ms of a processor, web server, workers, database, Redis and gateway together: one
core that does nothing else is full at {full_core(good):,.0f} stores.

![Time of answers against the number of stores](images/stores.svg)

At {good["stores"]} stores:

{harness.table(("request", "requests", "median ms", "p95 ms", "failed"), [(name, part["requests"], part["median"], part["p95"], part["failed"]) for name, part in good["parts"].items()])}

Where the web server's processor time goes (py-spy, {sum(result["kinds"].values()):,} samples):

{harness.table(("kind", "% of samples"), [(kind, 100 * count / sum(result["kinds"].values())) for kind, count in result["kinds"].most_common()])}"""


def _verdict(good: int) -> str:
	if not good:
		return f"**Not shown**: already the first number took longer than {TARGET_MS} ms: the machine did much else, and each answer waited for its turn on a processor."
	return f"**{good} stores** on two cores: {good / WEB_PROCESSES:,.0f} for each web process, {good / (os.cpu_count() or 1):,.0f} for each core of the machine, with the database and the players on it."


def full_core(row: dict) -> float:
	"""So many stores take all of one core's time."""
	return 1000 / row["processor"] / row["a_second"] * row["stores"]


def _row(row: dict) -> tuple:
	return (row["stores"], row["a_second"], row["median"], row["p95"], row["failed"], *(row["cores"][group] for group in GROUPS), row["processor"], row["load"])


def picture(result: dict) -> str:
	lines = {f"{name} of all answers, ms": [(row["stores"], row[key]) for row in result["rows"]] for name, key in (("median", "median"), ("95th percentile", "p95"))}
	return plot.chart({**lines, "requests a second": [(row["stores"], row["a_second"]) for row in result["rows"]]}, "stores", "ms, requests a second")


if __name__ == "__main__":
	raise SystemExit(main())
