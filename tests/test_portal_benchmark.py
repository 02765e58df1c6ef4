"""The arithmetic of benchmarks/portal.py, and its people against a server that answers wrongly now and then."""

import unittest
from http.server import BaseHTTPRequestHandler
from unittest.mock import patch

from benchmarks import portal
from crm4s.tests.loopback import listening


class Handler(BaseHTTPRequestHandler):
	def do_GET(self):
		status = 500 if self.path == "/my/me" else 200
		self.send_response(status)
		self.end_headers()
		self.wfile.write(b'<a href="/my/cars/VE-1">')

	do_POST = do_GET

	def log_message(self, *_any):
		pass


class TestPortalBenchmark(unittest.TestCase):
	def test_people_sign_in_read_and_note_what_fails(self):
		server = listening(self, Handler)
		with patch.object(portal, "READING_SECONDS", (0, 0.01)), patch.object(portal, "BURST_SECONDS", 0.1), patch.object(portal, "PAGES", ("/my/me",)):
			took = portal.let_live([("/my/enter/a", "/my/enter/b"), ("/my/enter/b", "/my/enter/a")], f"http://127.0.0.1:{server.server_port}", 1)
		result = portal.figures(took)
		found = {row["what"]: row for row in result["rows"]}
		for how in (portal.BURST, portal.SIGN_IN):
			self.assertEqual((2, 0), (found[how]["requests"], found[how]["failed"]))
		self.assertEqual(found["/my/me"]["requests"], found["/my/me"]["failed"])
		self.assertGreater(found["car"]["requests"], 0)
		self.assertFalse(portal.is_right(result))

	def test_the_framework_and_the_burst_are_no_part_of_our_figure(self):
		result = portal.figures([("/my", 0.1, 200, 1000)] * 20 + [(portal.PEER, 9, 200, 1000), (portal.BURST, 9, 200, 1000)] * 20)
		self.assertEqual((20, 100, 0), (result["all"]["requests"], round(result["all"]["p95"]), result["all"]["failed"]))
		self.assertTrue(portal.is_right(result))
		self.assertFalse(portal.is_right(portal.figures([("/my", 0.1, 200, 1000)] * 20 + [(portal.BURST, 1, 500, 0)])))
		self.assertIn("| all pages of the portal | 20 |", portal.page({"people": 2, "seconds": 1, **result}))
