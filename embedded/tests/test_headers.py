"""What the gateway says to browsers with every answer, and which cookies it hands out."""

import json
import os
import re
import unittest
from pathlib import Path

import requests

from embedded.tests.people import PASSWORD, URL, Person, needs_server

REPOSITORY = Path(__file__).parents[2]
SAID = {
	"X-Frame-Options": "SAMEORIGIN",
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "same-origin",
	"Cross-Origin-Opener-Policy": "same-origin",
	"X-Permitted-Cross-Domain-Policies": "none",
}
DIRECTIVES = {"default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'", "connect-src 'self'"}


def inner_address() -> str:
	"""The application behind the gateway, as a front server with TLS would reach it."""
	site = Path(os.environ["CRM4S_TEST_SITE_PATH"]).resolve()
	ports = json.loads((site.parents[1] / "run" / "ports.json").read_text())
	return f"http://127.0.0.1:{ports['application']}"


def cookies_of(answer: requests.Response) -> dict[str, str]:
	"""The lines of Set-Cookie by the cookie's name, in small letters."""
	lines = answer.raw.headers.getlist("Set-Cookie")
	return {line.partition("=")[0]: line.lower() for line in lines}


@needs_server
class Headers(unittest.TestCase):
	def test_every_kind_of_answer_says_them(self):
		administrator = Person("Administrator", PASSWORD)
		asset = re.search(r'/assets/[^"]+\.css', administrator.session.get(f"{URL}/app", timeout=60).text).group()
		for path in ("/login", "/app", "/api/method/ping", "/api/resource/Nothing/x", "/there-is-no-such-page", asset, "/files/none.txt"):
			with self.subTest(path):
				answer = administrator.session.get(URL + path, timeout=60)
				self.assertEqual(SAID, {name: answer.headers.get(name) for name in SAID})
				self.assertLessEqual(DIRECTIVES, set(answer.headers["Content-Security-Policy"].split("; ")))
				self.assertIn("microphone=()", answer.headers["Permissions-Policy"])
				self.assertNotIn("Server", answer.headers)

	def test_a_strange_host_is_told_them_too(self):
		answer = requests.get(URL, headers={"Host": "crm.evil.example"}, timeout=30)
		self.assertEqual((421, "nosniff"), (answer.status_code, answer.headers["X-Content-Type-Options"]))

	def test_customers_pages_keep_their_narrower_policy(self):
		answer = requests.get(f"{URL}/my/sign-in", timeout=60)
		policy = answer.headers["Content-Security-Policy"]
		self.assertIn("default-src 'none'", policy)
		self.assertNotIn("unsafe", policy)
		self.assertEqual("DENY", answer.headers["X-Frame-Options"])


@needs_server
class Cookies(unittest.TestCase):
	def sign_in(self, address: str, **headers) -> dict[str, str]:
		answer = requests.post(f"{address}/api/method/login", data={"usr": "Administrator", "pwd": PASSWORD}, headers=headers, timeout=60)
		self.assertEqual(200, answer.status_code)
		return cookies_of(answer)

	def test_the_session_is_for_this_site_and_not_for_scripts(self):
		session = self.sign_in(URL)["sid"]
		self.assertIn("httponly", session)
		self.assertIn("samesite=lax", session)

	def test_behind_tls_no_cookie_travels_without_it(self):
		found = self.sign_in(inner_address(), **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"})
		self.assertIn("sid", found)
		self.assertEqual([], [name for name, line in found.items() if "secure" not in line])

	def test_customers_cookies_are_no_worse(self):
		answer = requests.get(f"{inner_address()}/my/sign-in?language=en", headers={"X-Forwarded-Proto": "https"}, timeout=60)
		self.assertEqual([], [name for name, line in cookies_of(answer).items() if "secure" not in line or "samesite=lax" not in line])


if __name__ == "__main__":
	unittest.main()
