"""Lines about requests and jobs: what they say, and what they never say."""

import json
import logging
from contextlib import contextmanager

import frappe
from frappe.tests.utils import FrappeTestCase
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from crm4s.health import lines
from crm4s.tests.local_values import local_values_as_they_were


class TestLines(FrappeTestCase):
	def setUp(self):
		before = frappe.conf.get(lines.SWITCH)
		frappe.conf[lines.SWITCH] = 1
		self.addCleanup(frappe.conf.__setitem__, lines.SWITCH, before)

	@contextmanager
	def written(self):
		"""The lines written within the block, read again."""
		found: list[dict] = []
		handler = logging.Handler()
		handler.emit = lambda record: found.append(json.loads(record.getMessage()))
		logger = logging.getLogger(lines.NAME)
		before, logger.handlers = logger.handlers, [handler]
		logger.setLevel(logging.INFO)
		try:
			yield found
		finally:
			logger.handlers = before

	def request(self, path: str, headers: dict | None = None) -> tuple[dict, Response]:
		"""The line about a request, and its answer."""
		request = Request(EnvironBuilder(path=path, headers=headers, query_string="name=Li Lei").get_environ())
		with local_values_as_they_were("request"), self.written() as found:
			frappe.local.request = request
			response = Response(status=418)
			lines.begin_request()
			lines.end_request(response, request)
		self.assertEqual(1, len(found))
		return found[0], response

	def test_a_request_says_what_was_asked_how_it_ended_and_how_long_it_took(self):
		line, response = self.request("/api/resource/C4S Customer/CU-0001", {"X-Frappe-Request-Id": "abcdef0123456789"})
		self.assertEqual({"time", "kind", "id", "site", "took_ms", "http", "way", "status"}, set(line))
		self.assertEqual(("request", "abcdef0123456789", "GET", "/api/resource/C4S Customer", 418), tuple(line[name] for name in ("kind", "id", "http", "way", "status")))
		self.assertEqual("abcdef0123456789", response.headers["X-Request-Id"])

	def test_a_name_of_a_request_that_is_none_is_not_taken(self):
		for given in ("short", 'x"} {"kind": "job', "a" * 65):
			self.assertNotEqual(given, self.request("/login", {"X-Frappe-Request-Id": given})[0]["id"])

	def test_no_name_of_a_document_and_no_key_is_in_a_way(self):
		ways = {
			"/api/method/crm4s.health.api.live": "/api/method/crm4s.health.api.live",
			"/api/v2/document/C4S Lead/LD-1": "/api/v2/document/C4S Lead",
			"/app/c4s-customer/CU-0001": "/app/c4s-customer",
			"/my/link/Zm9vYmFyYmF6": "/my",
			"/files/Li Lei's licence.pdf": "/files",
			"/": "/",
			"/李雷/1": "/",
		}
		self.assertEqual(ways, {path: lines.way_of(path) for path in ways})
		self.assertEqual("/api/method/login", lines.way_of("/", "login"))
		self.assertEqual("/", lines.way_of("/", "no method"))

	def test_a_job_by_the_clock_is_told_by_its_own_name_and_its_failure_by_its_kind(self):
		with self.written() as found:
			lines.begin_job(method="x", kwargs={}, transaction_type="job")
			try:
				raise ValueError("Li Lei, 13800138000")
			except ValueError:
				lines.end_job("frappe.run_scheduled_job", {"job_type": "crm4s.messages.worker.send_due", "customer": "Li Lei"}, result=None)
		self.assertEqual(("job", "crm4s.messages.worker.send_due", False, "ValueError"), tuple(found[0][name] for name in ("kind", "method", "ok", "error")))
		self.assertNotIn("Li Lei", json.dumps(found[0]))

	def test_nothing_is_written_where_nobody_asked_for_it(self):
		frappe.conf[lines.SWITCH] = 0
		with self.written() as found:
			lines.begin_job()
			lines.end_job("x")
		self.assertEqual([], found)
