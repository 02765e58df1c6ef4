"""The short form of benchmarks/stores.py and beside_erpnext.py: the mix adds up, stacks find their kind, pages name every figure. How many stores it is, the benchmark says."""

import json
import unittest
from http.server import BaseHTTPRequestHandler
from unittest.mock import patch

from frappe.tests.utils import FrappeTestCase

from benchmarks import beside_erpnext, stores, stores_inside, stores_mix as mix
from benchmarks.stores_spy import functions, kinds
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.loopback import listening

PLACE = "application (frappe/app.py:80);handle (frappe/api.py:40)"
STACKS = (
	f"{PLACE};get_docs (crm4s/access/customers.py:9);run (frappe/query_builder/utils.py:70);execute (pymysql/cursors.py:150) 3",
	f"{PLACE};get_docs (crm4s/access/customers.py:12) 2",
	f"{PLACE};dumps (json/__init__.py:231) 1",
	"_worker (concurrent/futures/thread.py:81);application (frappe/app.py:80);wait (threading.py:320) 9",
)


def row(stores_played: int, p95: float) -> dict:
	parts = {"job board": {"requests": 40, "median": 50.0, "p95": p95, "failed": 0}}
	return {"stores": stores_played, "a_second": 4.0, "median": 50.0, "p95": p95, "failed": 0, "cores": dict.fromkeys(stores.GROUPS, 0.2), "processor": 50.0, "load": 1.0, "parts": parts, "orders": 1}


class Mix(unittest.TestCase):
	def test_each_action_is_one_that_somebody_can_play(self):
		played = (stores.layout.REPOSITORY / "benchmarks" / "stores_locust.py").read_text()
		for action in mix.ACTIONS:
			self.assertIn(f"def {action.name}(self)", played)
		self.assertEqual(set(stores.WHO), {action.who for action in mix.ACTIONS})

	def test_the_busiest_hour_of_twice_the_stores_asks_twice_as_often(self):
		asked = sum(action.a_day for action in mix.ACTIONS)
		self.assertAlmostEqual(asked * 100 * mix.OF_THE_DAY / 3600, sum(mix.all_a_second(who, 100) for who in stores.WHO))
		self.assertAlmostEqual(2 * mix.all_a_second("staff", 50), mix.all_a_second("staff", 100))


class Listener(BaseHTTPRequestHandler):
	"""Takes pushes in, and keeps what they said."""

	protocol_version, said = "HTTP/1.1", []

	def do_POST(self):
		body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
		self.said.append((self.path, body["entity"], len(body["records"])))
		answer = json.dumps({"counts": {"created": len(body["records"])}}).encode()
		self.send_response(200)
		self.send_header("Content-Length", str(len(answer)))
		self.end_headers()
		self.wfile.write(answer)

	def log_message(self, *_words):
		pass


class System(unittest.TestCase):
	def test_what_orders_name_is_sent_before_them(self):
		server = listening(self, Listener)
		with patch.object(stores, "ADDRESS", f"http://127.0.0.1:{server.server_port}"), patch.object(stores, "ORDERS", 30):
			orders = stores.known_to_system({"key": "k", "secret": "s"})
		self.assertEqual({"/api/method/crm4s.dms.v1.push"}, {path for path, _entity, _count in Listener.said})
		self.assertEqual(["part", "customer", "vehicle"], list(dict.fromkeys(entity for _path, entity, _count in Listener.said)))
		self.assertEqual(30, len(orders))


class Stacks(unittest.TestCase):
	def test_the_innermost_frame_that_is_known_says_the_kind(self):
		self.assertEqual({"database: the driver": 3, "permissions": 2, "framework, else": 1}, dict(kinds(STACKS)))

	def test_a_function_has_what_it_called(self):
		self.assertEqual(6, functions(STACKS)["application (frappe/app.py)"])
		self.assertEqual({3}, set(functions(STACKS, "pymysql").values()))


class Pages(unittest.TestCase):
	def test_the_page_and_the_picture_name_every_figure(self):
		result = {"rows": [row(40, 210.0), row(52, 700.0)], "good": 40, "kinds": kinds(STACKS), "seconds": 40}
		text = stores.page(result)
		for said in ("**40 stores** on two cores: 20 for each web process", "one\ncore that does nothing else is full at 200 stores", "| job board | 40 | 50.00 | 210 | 0 |", "| database: the driver | 50.00 |", "| changes | system | 600 |"):
			self.assertIn(said, text)
		self.assertIn("95th percentile of all answers, ms", stores.picture(result))

	def test_a_number_that_was_never_reached_is_not_told(self):
		text = stores.page({"rows": [row(40, 700.0)], "good": 0, "kinds": kinds(STACKS), "seconds": 40})
		self.assertIn("**Not shown**: already the first number took longer than 500 ms: the machine", text)

	def test_beside_erpnext_says_who_is_ahead(self):
		taken = {"C4S Customer": {"median": 20.0, "processor": 15.0}, "Customer": {"median": 30.0, "processor": 25.0}}
		text = beside_erpnext.page({"rows": [{"what": "REST insert", **taken}], "versions": "frappe 15", "pairs": 150})
		self.assertIn("| REST insert | 20.00 | 30.00 | 1.50 | 15.00 | 25.00 | yes |", text)


class People(FrappeTestCase):
	def test_colleagues_are_those_of_the_demo_only(self):
		make_dealership("STORES-1")
		self.assertEqual([], stores_inside.staff())
