"""Our customer's form, list and REST insert beside those of ERPNext's Customer: same bench, same site, same web process, one after the other in turn.

	python3 -m benchmarks.beside_erpnext --bench /home/frappe/frappe-bench --site erp.example.com

Needs a bench with ERPNext and CRM4S on the site, its database and Redis running, and the password of its Administrator in CRM4S_TEST_ADMINISTRATOR_PASSWORD.
Two colleagues, one with ERPNext's roles for customers and one with ours and a store of his own, each save as many customers as the other; the same requests are
then asked in pairs, now ours first, now theirs. Takes its customers away; a closed store and two colleagues who are switched off stay, as the log of access names them. Writes the table into docs/benchmarks.md.
"""

import http.client
import json
import os
import random
import secrets
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks import harness
from embedded.console import Refusal, step
from embedded.instance import free_port
from embedded.tools import end_with_parent

PAIRS, ROWS = 60, 20
OURS, THEIRS = "C4S Customer", "Customer"
STORE = "BESIDE-1"
ROLES = {OURS: ["C4S CRM Manager"], THEIRS: ["Sales User", "Sales Master Manager"]}
SHOWN = {OURS: ("customer_name", "customer_kind", "city", "value_class"), THEIRS: ("customer_name", "customer_group", "territory", "customer_type")}


class Browser:
	"""One session on a connection of its own, which every request opens anew, as the web server has no keep-alive."""

	def __init__(self, port: int, site: str, user: str, password: str):
		self.port, self.user, self.headers = port, user, {"X-Frappe-Site-Name": site, "Accept": "application/json"}
		self.send("POST", "/api/method/login", {"usr": user, "pwd": password}, keep=True)

	def send(self, verb: str, path: str, values: dict | None = None, keep: bool = False, as_json: bool = False) -> dict:
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
		kind = "application/json" if as_json else "application/x-www-form-urlencoded"
		body = None if values is None else json.dumps(values) if as_json else urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()})
		connection.request(verb, quote(path, safe="/?=&%"), body, {**self.headers, "Content-Type": kind})
		answer = connection.getresponse()
		said = answer.read()
		if keep:
			self.headers["Cookie"] = "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie") or ())
		connection.close()
		if answer.status not in (200, 202):
			raise AssertionError(f"{verb} {path}: {answer.status} {said[-600:].decode(errors='replace')}")
		return json.loads(said)


@dataclass
class Side:
	"""One of the two document types, with the colleague who works with it."""

	doctype: str
	browser: Browser
	names: list[str] = field(default_factory=list)

	def insert(self, number: int) -> None:
		made = self.browser.send("POST", f"/api/resource/{self.doctype}", self.values(number), as_json=True)
		self.names.append(made["data"]["name"])

	def values(self, number: int) -> dict:
		if self.doctype == OURS:
			return {"customer_name": f"Beside {number}", "dealership": STORE, "city": "Shanghai", "phones": [{"phone": f"+8613{number:09d}", "is_primary": 1}]}
		return {"customer_name": f"Beside {number}", "customer_type": "Individual", "customer_group": "All Customer Groups", "territory": "All Territories", "mobile_no": f"+8613{number:09d}"}

	def open_form(self, number: int) -> None:
		self.browser.send("GET", f"/api/method/frappe.desk.form.load.getdoc?doctype={self.doctype}&name={self.names[number % len(self.names)]}")

	def open_list(self, _number: int) -> None:
		fields = [f"`tab{self.doctype}`.`{name}`" for name in ("name", "modified", "_user_tags", "_assign", *SHOWN[self.doctype])]
		order = f"`tab{self.doctype}`.`modified` desc"
		self.browser.send("POST", "/api/method/frappe.desk.reportview.get", {"doctype": self.doctype, "fields": fields, "filters": [], "start": "0", "page_length": str(ROWS), "view": "List", "order_by": order})


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--bench", required=True, type=Path)
	parser.add_argument("--site", required=True)
	parser.add_argument("--pairs", type=int, default=PAIRS, help="so many of each; another number writes no page")
	options = parser.parse_args()
	password = os.environ.get("CRM4S_TEST_ADMINISTRATOR_PASSWORD")
	if not password:
		raise Refusal("Name the password of the site's Administrator in CRM4S_TEST_ADMINISTRATOR_PASSWORD.")
	result = run(options, password)
	text = page(result)
	print(text)
	if not options.no_page and options.pairs == PAIRS:
		harness.write_page("beside-erpnext", text)
	return 0 if all(ahead(row) for row in result["rows"]) else 1


def run(options, password: str) -> dict:
	port = free_port(taken=())
	command = [str(options.bench / "env" / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "1", "--worker-class", "gthread", "--preload", "frappe.app:application"]
	with open(options.bench / "logs" / "crm4s-beside.log", "wb") as log:
		server = subprocess.Popen(command, cwd=options.bench / "sites", stdout=log, stderr=log, preexec_fn=end_with_parent)
	try:
		administrator = _signed_in(port, options.site, password)
		return compare(administrator, server.pid, port, options)
	finally:
		server.terminate()
		server.wait()


def _signed_in(port: int, site: str, password: str) -> Browser:
	ends = time.monotonic() + 120
	while True:
		try:
			return Browser(port, site, "Administrator", password)
		except OSError:
			if time.monotonic() > ends:
				raise
			time.sleep(0.5)


def compare(administrator: Browser, server: int, port: int, options) -> dict:
	store(administrator)
	sides = [Side(doctype, colleague(administrator, port, options.site, doctype)) for doctype in (OURS, THEIRS)]
	first = random.randrange(10**8)
	try:
		rows = [
			pairs("REST insert", sides, lambda side, number: side.insert(first + number), server, options.pairs),
			pairs("form, with what stands beside it", sides, lambda side, number: side.open_form(number), server, options.pairs),
			pairs(f"list, {ROWS} rows", sides, lambda side, number: side.open_list(number), server, options.pairs),
		]
	finally:
		clear(administrator, sides)
	return {"rows": rows, "versions": versions(administrator), "pairs": options.pairs}


def store(administrator: Browser) -> None:
	for values in (
		{"dealership_code": "BESIDE", "dealership_name": "Beside", "node_kind": "Group", "is_group": 1},
		{"dealership_code": STORE, "dealership_name": "Beside 1", "node_kind": "Outlet", "outlet_type": "4S Store", "city": "Shanghai", "parent_c4s_dealership": "BESIDE"},
	):
		known = {"doctype": "C4S Dealership", "filters": {"name": values["dealership_code"]}}
		if not administrator.send("POST", "/api/method/frappe.client.get_count", known)["message"]:
			administrator.send("POST", "/api/resource/C4S Dealership", values, as_json=True)


def colleague(administrator: Browser, port: int, site: str, doctype: str) -> Browser:
	name, password = f"beside-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16) + "-Aa1"
	about = {"email": name, "first_name": "Beside", "send_welcome_email": 0, "new_password": password, "roles": [{"role": role} for role in ROLES[doctype]]}
	administrator.send("POST", "/api/resource/User", about, as_json=True)
	if doctype == OURS:
		permission = {"user": name, "allow": "C4S Dealership", "for_value": STORE, "is_default": 1}
		administrator.send("POST", "/api/resource/User Permission", permission, as_json=True)
	return Browser(port, site, name, password)


def pairs(what: str, sides: list[Side], work, server: int, count: int) -> dict:
	"""Milliseconds by the clock and of the web process's processor, by document type; the first of each loads code and is left out."""
	taken: dict[str, list[tuple[float, float]]] = {side.doctype: [] for side in sides}
	with step(f"{what}, {count} pairs"):
		for number in range(count + 1):
			for side in sides if number % 2 else sides[::-1]:
				busy, began = processor(server), time.perf_counter()
				work(side, number)
				taken[side.doctype].append(((time.perf_counter() - began) * 1000, processor(server) - busy))
	return {"what": what, **{doctype: {"median": statistics.median(one[0] for one in found[1:]), "processor": statistics.median(one[1] for one in found[1:])} for doctype, found in taken.items()}}


def processor(server: int) -> float:
	"""Milliseconds that the web server and what it started have had of a processor."""
	processes = [server, *(int(child) for child in Path(f"/proc/{server}/task/{server}/children").read_text().split())]
	return sum(int(file.read_text().split()[0]) for process in processes for file in Path(f"/proc/{process}/task").glob("*/schedstat")) / 1e6


def clear(administrator: Browser, sides: list[Side]) -> None:
	left = []
	with step(f"{sum(len(side.names) for side in sides)} customers taken away"):
		for side in sides:
			for name in side.names:
				try:
					administrator.send("DELETE", f"/api/resource/{side.doctype}/{name}")
				except AssertionError as error:
					left.append(str(error)[:300])
			administrator.send("PUT", f"/api/resource/User/{side.browser.user}", {"enabled": 0}, as_json=True)
	if left:
		print(f"{len(left)} stay: {left[0]}")


def versions(administrator: Browser) -> str:
	found = administrator.send("GET", "/api/method/frappe.utils.change_log.get_versions")["message"]
	return ", ".join(f"{app} {about.get('version') or about.get('branch_version')}" for app, about in sorted(found.items()))


def ahead(row: dict) -> bool:
	return row[OURS]["median"] < row[THEIRS]["median"]


def page(result: dict) -> str:
	rows = [(row["what"], row[OURS]["median"], row[THEIRS]["median"], row[THEIRS]["median"] / row[OURS]["median"], row[OURS]["processor"], row[THEIRS]["processor"], "yes" if ahead(row) else "**no**") for row in result["rows"]]
	headings = ("what", "ours, median ms", "ERPNext's, median ms", "times as fast", "ours, processor ms", "ERPNext's, processor ms", "ahead")
	return (
		f"## Beside ERPNext's customer\n\n`python3 -m benchmarks.beside_erpnext --bench … --site …` · {harness.machine()} · {result['versions']}\n\n"
		f"One gunicorn process with one thread on a site that has both. {result['pairs']} pairs of each, in turn; a colleague with ERPNext's roles for customers and one with ours, who sees his store. Both insert a customer with a name and a mobile number; the form is"
		f" `getdoc` with the document's timeline, the list `reportview.get` of {ROWS} rows. Processor time is that of the web process.\n\n{harness.table(headings, rows)}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
