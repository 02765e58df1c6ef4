"""Where we may go: public places, and those within the house that an administrator named."""

import socket
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s import egress
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.messages.adapters.web import ADDRESS, CONNECTION, NotReachedError
from crm4s.tests.loopback import listening


class Receiver(BaseHTTPRequestHandler):
	def do_POST(self):
		self.server.seen.append((self.path, self.headers["Host"]))
		self.rfile.read(int(self.headers["Content-Length"]))
		self.send_response(302)
		self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
		self.end_headers()

	def log_message(self, *_words):
		"""Quiet."""


def places(*addresses: str):
	"""What a resolver says."""
	return lambda host, port, *_rest, **_how: [(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


class TestEgress(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("egress")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.addCleanup(frappe.db.rollback, save_point="egress")
		self.server = listening(self, Receiver)
		self.server.seen = []
		self.port = self.server.server_port

	def post(self, url: str):
		return egress.request("POST", url, headers={}, data=b"{}", seconds=3)

	def assert_not_reached(self, reason: str, url: str) -> None:
		with self.assertRaises(NotReachedError) as refusal:
			self.post(url)
		self.assertEqual(reason, str(refusal.exception))
		self.assertEqual([], self.server.seen)

	def test_which_addresses_lie_outside(self):
		outside = ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808")
		inside = (
			*("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
			*("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
		)
		self.assertEqual(list(outside), [address for address in (*outside, *inside) if egress.is_public(ip_address(address))])

	def test_a_name_that_leads_into_the_house_is_not_called(self):
		for addresses in (("127.0.0.1",), ("10.0.0.1",), ("::ffff:127.0.0.1",), ("8.8.8.8", "127.0.0.1")):
			with patch("socket.getaddrinfo", places(*addresses)):
				self.assert_not_reached(ADDRESS, f"https://dms.example:{self.port}/")

	def test_a_name_that_nobody_knows(self):
		with patch("socket.getaddrinfo", side_effect=socket.gaierror):
			self.assert_not_reached(CONNECTION, "https://dms.example/")

	def test_a_literal_address_within_the_house(self):
		for url in (f"http://127.0.0.1:{self.port}/", "https://127.0.0.1/", "https://[::1]/", "https://localhost.:443\\@10.0.0.1/", "file:///etc/passwd"):
			with self.assertRaises(NotReachedError):
				self.post(url)
		self.assertEqual([], self.server.seen)

	def test_a_host_that_an_administrator_allows_is_called_and_its_redirect_not_followed(self):
		change_settings(allowed_hosts=f"other.example\ndms.house:{self.port}")
		with patch("socket.getaddrinfo", places("127.0.0.1")):
			answer = self.post(f"http://DMS.house:{self.port}/in?a=1")
			self.assertEqual((302, [("/in?a=1", f"DMS.house:{self.port}")]), (answer.status, self.server.seen))
			self.server.seen.clear()
			self.assert_not_reached(ADDRESS, f"http://dms.house:{self.port + 1}/")

	def test_the_connection_goes_to_the_address_that_was_looked_at(self):
		change_settings(allowed_hosts="dms.house")
		asked = []

		def resolve(host, port, **how):
			asked.append(host)
			# The second answer would lead elsewhere.
			return places("127.0.0.1" if len(asked) == 1 else "127.0.0.2")(host, port)

		resolver = socket.getaddrinfo
		with patch("socket.getaddrinfo", lambda host, port, *rest, **how: resolve(host, port) if host == "dms.house" else resolver(host, port, *rest, **how)):
			self.assertEqual(302, self.post(f"http://dms.house:{self.port}/").status)
		self.assertEqual(["dms.house"], asked)
