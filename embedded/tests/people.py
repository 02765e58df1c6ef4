"""People with a session at the running site, for tests that attack it; made by the Administrator, removed afterwards."""

import os
import secrets
import unittest

import requests

URL = os.environ.get("CRM4S_TEST_URL")
PASSWORD = os.environ.get("CRM4S_TEST_ADMINISTRATOR_PASSWORD")

needs_server = unittest.skipUnless(URL and PASSWORD, "needs a running site: CRM4S_TEST_URL, CRM4S_TEST_ADMINISTRATOR_PASSWORD")


class Person:
	"""One session. `get` and `post` call a method of the API, `resource` works on a DocType."""

	def __init__(self, name: str | None = None, password: str | None = None):
		self.name, self.password = name or "Guest", password
		self.session = requests.Session()
		if name:
			answer = self.session.post(f"{URL}/api/method/login", data={"usr": name, "pwd": password}, timeout=30)
			assert answer.status_code == 200, f"{name} cannot log in: {answer.text[:300]}"

	def again(self) -> "Person":
		"""Another session of the same user."""
		return Person(self.name, self.password)

	def get(self, method: str, /, **arguments):
		return self.session.get(f"{URL}/api/method/{method}", params=arguments, timeout=60)

	def post(self, method: str, /, upload=None, **arguments):
		if upload:
			return self.session.post(f"{URL}/api/method/{method}", data=arguments, files={"file": upload}, timeout=60)
		return self.session.post(f"{URL}/api/method/{method}", json=arguments, timeout=60)

	def read(self, doctype: str, name: str = "", /, **arguments):
		return self.session.get(self.address(doctype, name), params=arguments, timeout=60)

	def create(self, doctype: str, /, **values):
		return self.session.post(self.address(doctype), json=values, timeout=60)

	def change(self, doctype: str, name: str, /, **values):
		return self.session.put(self.address(doctype, name), json=values, timeout=60)

	def delete(self, doctype: str, name: str):
		return self.session.delete(self.address(doctype, name), timeout=60)

	@staticmethod
	def address(doctype: str, name: str = "") -> str:
		return f"{URL}/api/resource/{doctype}" + (f"/{requests.utils.quote(str(name), safe='')}" if name else "")


class Stage:
	"""The Administrator, who makes what a test needs and removes it in reverse, and the users on the scene."""

	def __init__(self):
		self.administrator = Person("Administrator", PASSWORD)
		self.made: list[tuple[str, str]] = []

	def make(self, doctype: str, maker: Person | None = None, /, **values) -> dict:
		answer = (maker or self.administrator).create(doctype, **values)
		assert answer.status_code == 200, f"{doctype} was not made: {answer.status_code} {answer.text[:600]}"
		made = answer.json()["data"]
		self.made.append((doctype, made["name"]))
		return made

	def user(self, *roles: str) -> Person:
		address, password = f"attack-{secrets.token_hex(5)}@example.com", secrets.token_urlsafe(16) + "-Aa1"
		self.make(
			"User",
			email=address,
			first_name="Attack",
			new_password=password,
			send_welcome_email=0,
			roles=[{"role": role} for role in roles],
		)
		return Person(address, password)

	def desk_role(self) -> str:
		"""A role that lets its user into the desk and gives nothing else."""
		return self.make("Role", role_name=f"Attack {secrets.token_hex(4)}", desk_access=1)["name"]

	def clear(self) -> None:
		left = []
		for doctype, name in reversed(self.made):
			answer = self.administrator.delete(doctype, name)
			if answer.status_code not in (200, 202, 404):
				left.append(f"{doctype} {name}: {answer.text[-300:]}")
		self.made.clear()
		assert not left, "not removed: " + "; ".join(left)
