"""Customers for tests, and their requests to the portal as the server answers them."""

import io
import os
import re
from contextlib import contextmanager
from urllib.parse import urlencode

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import set_request
from frappe.website.serve import get_response

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.portal import accounts
from crm4s.portal import viewer as viewers
from crm4s.tests.local_values import OF_A_REQUEST, local_values_as_they_were

ADDRESS = "203.0.113.77"
# The server that runs beside the tests: from there a PDF takes its style and pictures.
SERVER = os.environ.get("CRM4S_TEST_URL")
GUEST = viewers.GUEST


def make_viewer(customer: str | None = None, **overrides) -> viewers.Viewer:
	"""A customer with an account; `overrides` for a new one."""
	return viewers.of_user(accounts.open_for(customer or make_customer(**overrides).name).user)


class Cookies:
	"""What the answer sets and deletes."""

	def __init__(self):
		self.set, self.deleted = {}, []

	def set_cookie(self, key, value, **_how):
		self.set[key] = value

	def delete_cookie(self, key):
		self.deleted += [key] if isinstance(key, str) else key


class Logins:
	"""Stands in for the session that a server keeps."""

	def __init__(self):
		self.user = None

	def run_trigger(self, event):
		pass

	def get_user_info(self):
		pass

	def make_session(self):
		frappe.set_user(self.user)

	def set_user_info(self):
		pass

	def logout(self):
		self.user = GUEST
		frappe.set_user(GUEST)


class Answer:
	"""`status`, `html`, `to` where it redirects, `cookies`, `user` after it."""

	def __init__(self, response, cookies: Cookies, user: str):
		self.status, self.headers = response.status_code, response.headers
		self.data = response.get_data()
		self.to = response.headers.get("Location")
		self.cookies, self.user = cookies, user

	@property
	def html(self) -> str:
		return re.sub(r"\s+", " ", self.data.decode(errors="replace"))


class PortalTestCase(FrappeTestCase):
	"""Requests run in the test's own transaction, which is rolled back."""

	def setUp(self):
		frappe.db.savepoint("portal")
		self.language = frappe.local.lang
		for pattern in ("c4s_portal*", "c4s_wrong_links*"):
			frappe.cache().delete_keys(pattern)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="portal")
		frappe.local.lang = self.language

	def get(self, path: str, who=None, cookies: dict | None = None, **query) -> Answer:
		return self._request("GET", path, who, query, cookies=cookies)

	def post(self, path: str, action: str, who=None, cookies: dict | None = None, files: dict | None = None, headers: dict | None = None, **form) -> Answer:
		"""
		Args:
			files: by field, a list of pairs of file name and bytes.
		"""
		return self._request("POST", path, who, {"action": action, **form}, files, cookies, headers)

	def _request(self, method, path, who, form, files=None, cookies=None, headers=None) -> Answer:
		jar, logins = Cookies(), Logins()
		user = who.user if isinstance(who, viewers.Viewer) else who or GUEST
		frappe.set_user(user)
		try:
			data = {name: [(io.BytesIO(content), called) for called, content in found] for name, found in (files or {}).items()} or None
			header = {**(headers or {}), **({"Cookie": urlencode(cookies).replace("&", "; ")} if cookies else {})}
			with local_values_as_they_were(*OF_A_REQUEST, "cookie_manager", "login_manager"):
				frappe.local.flags = frappe.local.flags.copy()
				set_request(method=method, path=path, base_url=SERVER, data=data, headers=header)
				frappe.local.request_ip, frappe.local.cookie_manager, frappe.local.login_manager = ADDRESS, jar, logins
				frappe.local.form_dict = frappe._dict({name: value for name, value in form.items() if value is not None})
				with as_in_a_request():
					response = get_response()
			return Answer(response, jar, logins.user or user)
		finally:
			frappe.set_user("Administrator")


@contextmanager
def as_in_a_request():
	"""A savepoint stands for the transaction of the request: what an error rolls back is that of the request only."""
	rollback, commit = frappe.db.rollback, frappe.db.commit
	frappe.db.savepoint("request")
	frappe.db.rollback = lambda save_point=None: rollback(save_point=save_point or "request")
	frappe.db.commit = lambda: None
	try:
		yield
	finally:
		frappe.db.rollback, frappe.db.commit = rollback, commit
