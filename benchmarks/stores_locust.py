"""The people of benchmarks/stores.py as locust plays them; started by it with the file CRM4S_STORES: {"stores", "seconds", "calm", "people", "out"}.

Each of locust's users does one thing about every `mix.PACE` seconds, however long answers take, so a slow server is asked as often as a fast one.
"""

import json
import os
import random
import re
import time
from collections import defaultdict
from datetime import date, timedelta
from itertools import count
from urllib.parse import quote

from locust import constant_throughput, events, task
from locust.contrib.fasthttp import FastHttpUser

from benchmarks import stores_mix as mix

GIVEN = json.load(open(os.environ["CRM4S_STORES"]))
PEOPLE = GIVEN["people"]
RUN = str(time.time_ns())[:13]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
REASON = re.compile(r'name="reason" value="([^"]+)"')
TIME = re.compile(r'name="time" value="([^"]+)"')
NUMBERS = count(int(RUN[4:]))
TAKEN: dict[str, list[tuple[float, bool]]] = defaultdict(list)
ORDERS = iter(PEOPLE["orders"][GIVEN["first_order"]:])


@events.test_start.add_listener
def _begin(**_more):
	GIVEN["begin"] = time.time() + GIVEN["calm"]


@events.request.add_listener
def _note(name, response_time, exception, **_more):
	if time.time() >= GIVEN["begin"]:
		TAKEN[name].append((response_time, bool(exception)))


@events.quitting.add_listener
def _tell(**_more):
	json.dump(TAKEN, open(GIVEN["out"], "w"))


def pace(who: str):
	return constant_throughput(mix.all_a_second(who, GIVEN["stores"]) / mix.players(who, GIVEN["stores"]))


class Somebody(FastHttpUser):
	abstract = True
	connection_timeout = network_timeout = 60
	who = ""

	def on_start(self):
		# So that they do not all come in the same moment.
		time.sleep(random.uniform(0, mix.PACE))
		self.actions, self.weights = zip(*mix.of(self.who).items(), strict=True)

	@task
	def act(self):
		getattr(self, random.choices(self.actions, self.weights)[0])()

	def ask(self, name: str, path: str, values: dict | None = None, **more):
		"""A GET, or a POST of a form where there are values."""
		return self.client.request("POST" if values is not None else "GET", path, name=name, data=values, headers=self.headers, **more)


class Colleague(Somebody):
	who, fixed_count = "staff", mix.players("staff", GIVEN["stores"])
	wait_time = pace("staff")

	def take_seat_of(self, may: str = "works") -> dict:
		"""Any colleague who may do this is the one who asks now."""
		person = random.choice([one for one in PEOPLE["staff"] if one["may"][may]])
		self.headers = {"Cookie": person["cookie"], "X-Frappe-CSRF-Token": person["token"], "Accept": "application/json"}
		return person

	def call(self, name: str, method: str, values: dict):
		sent = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
		return self.ask(name, f"/api/method/{method}", sent)

	def open_desk(self):
		self.client.get("/app", name="open the desk", headers={"Cookie": self.take_seat_of()["cookie"]})

	def rows(self, name: str, doctype: str, fields: list[str]):
		self.take_seat_of(doctype)
		about = {"doctype": doctype, "filters": [[doctype, "status", "=", "Open"]]}
		shown = {"fields": [f"`tab{doctype}`.`{field}`" for field in ("name", "modified", "_assign", *fields)], "start": "0", "page_length": "20", "view": "List", "order_by": f"`tab{doctype}`.`modified` desc"}
		self.call(name, "frappe.desk.reportview.get", {**about, **shown})
		self.call(f"{name}, count", "frappe.desk.reportview.get_count", {**about, "fields": [f"`tab{doctype}`.`name`"]})

	def visit_list(self):
		self.rows("list of visits", "C4S Service Visit", ["title", "status", "workflow_state", "arrived_on"])

	def lead_list(self):
		self.rows("list of leads", "C4S Lead", ["lead_name", "status", "workflow_state", "grade", "next_contact_on"])

	def form(self, name: str, doctype: str, may: str = "") -> dict | None:
		chosen = random.choice(self.take_seat_of(may or doctype)["documents"][doctype])
		answer = self.ask(name, f"/api/method/frappe.desk.form.load.getdoc?doctype={quote(doctype)}&name={quote(chosen)}")
		return answer.json()["docs"][0] if answer.status_code == 200 else None

	def form_with_touchpoint(self, name: str, doctype: str):
		document = self.form(name, doctype)
		if document:
			self.ask(f"{name}, touchpoint", f"/api/method/crm4s.workflows.actions.get_panel?document_type={quote(doctype)}&document_name={quote(document['name'])}")

	def visit_form(self):
		self.form_with_touchpoint("form of a visit", "C4S Service Visit")

	def lead_form(self):
		self.form_with_touchpoint("form of a lead", "C4S Lead")

	def customer_form(self):
		self.form("form of a customer", "C4S Customer")

	def save_lead(self):
		document = self.form("form of a lead", "C4S Lead", "saves leads")
		if document:
			self.call("save a lead", "frappe.desk.form.save.savedocs", {"doc": {**document, "needs": f"来电 {next(NUMBERS)}"}, "action": "Save"})

	def new_lead(self):
		store, number = self.take_seat_of("enters leads")["store"], next(NUMBERS)
		lead = {"doctype": "C4S Lead", "lead_name": f"客户{number}", "phone": f"147{number % 10**8:08d}", "source": "Walk-in", "dealership": store}
		self.call("enter a lead", "frappe.client.insert", {"doc": lead})

	def search_plate(self):
		self.take_seat_of()
		self.call("search by plate", "crm4s.access.finder.find", {"text": random.choice(PEOPLE["plates"])})

	def queue(self):
		store = self.take_seat_of("sees the line")["store"]
		self.ask("the showroom's line", f"/api/method/crm4s.reception.api.get_board?dealership={quote(store)}")

	def job_board(self):
		store = self.take_seat_of("C4S Service Visit")["store"]
		self.ask("job board", f"/api/method/crm4s.workshop.api.get_board?dealership={quote(store)}")

	def my_day(self):
		self.take_seat_of()
		self.ask("my day", "/api/method/crm4s.my_day.api.get_day")


class Customer(Somebody):
	who, fixed_count = "customer", mix.players("customer", GIVEN["stores"])
	wait_time = pace("customer")

	def on_start(self):
		super().on_start()
		self.headers = {"Cookie": random.choice(PEOPLE["customers"])}

	def portal_home(self):
		self.ask("customer: cars", "/my")

	def portal_visits(self):
		self.ask("customer: service", "/my/service")

	def portal_book(self):
		"""A free time of the next weeks, booked and called off."""
		day = date.today() + timedelta(days=random.randint(3, 25))
		page = self.ask("customer: booking page", f"/my/book?day={day}").text or ""
		times = TIME.findall(page)
		if not times:
			return
		where = self.send("customer: books", "/my/book", page, "book", time=random.choice(times))
		if where and "/my/appointments/" in where:
			path = where[where.index("/my/"):]
			page = self.ask("customer: appointment", path).text or ""
			self.send("customer: calls off", path, page, "cancel", reason=(REASON.findall(page) or [""])[0])

	def send(self, name: str, path: str, page: str, action: str, **typed: str) -> str | None:
		"""Send the form of a page; where it leads, None where another one had the time first."""
		_before, begins, form = page.partition(f'name="action" value="{action}"')
		values = {**dict(HIDDEN.findall(form.partition("</form>")[0])), "action": action, **typed}
		with self.client.post(path, name=name, data=values, headers=self.headers, allow_redirects=False, catch_response=True) as answer:
			# 422: the page again, with the sentence why.
			answer.success() if answer.status_code in (303, 422) else answer.failure(f"{answer.status_code}, form {bool(begins)}")
			return answer.headers.get("Location") if answer.status_code == 303 else None


class System(Somebody):
	who, fixed_count = "system", mix.players("system", GIVEN["stores"])
	wait_time = pace("system")
	cursor = ""

	def on_start(self):
		super().on_start()
		self.headers = {"Authorization": PEOPLE["system"], "Accept": "application/json"}
		self.cursor = PEOPLE["cursor"]

	def push_order(self):
		order = next(ORDERS, None)
		if order:
			headers = {**self.headers, "Idempotency-Key": f"{RUN}-{order['external_id']}"}
			self.client.post("/api/method/crm4s.dms.v1.push", name="system: sends an order", json={"entity": "service_order", "records": [order]}, headers=headers)

	def changes(self):
		answer = self.ask("system: asks for changes", f"/api/method/crm4s.dms.v1.changes?limit=200&cursor={quote(self.cursor)}")
		if answer.status_code == 200:
			self.cursor = answer.json()["cursor"]
