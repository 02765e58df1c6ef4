from unittest.mock import patch

import frappe
from frappe.auth import LoginAttemptTracker, LoginManager
from frappe.tests.utils import FrappeTestCase
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm4s.access import sign_in
from crm4s.counting import forget
from crm4s.exceptions import TooManySignInsError
from crm4s.tests.local_values import local_values_as_they_were

RIGHT, WRONG = "A-right-one-4S", "wrong"


class TestSignIn(FrappeTestCase):
	"""Frappe's own sign-in, from one address or another; over HTTP: embedded/tests/test_login_storm.py."""

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("sign_in")
		self.addCleanup(frappe.db.rollback, save_point="sign_in")
		frappe.get_doc({"doctype": "User", "email": "c4s-sign-in@example.com", "first_name": "Sign", "new_password": RIGHT, "send_welcome_email": 0}).insert()
		self.user = "c4s-sign-in@example.com"
		# A refused one commits its row of the log.
		self.enterContext(patch.object(frappe.db, "commit"))
		self.addCleanup(self.forget, "203.0.113.1", "203.0.113.2")
		self.addCleanup(frappe.set_user, "Administrator")

	def forget(self, *addresses: str) -> None:
		for address in addresses:
			for what in (address, *(f"{address} {user}" for user in (self.user, "nobody@example.com"))):
				forget(sign_in._key(what))

	def attempt(self, password: str, address: str = "203.0.113.1", user: str | None = None, path: str = "/api/method/login", **more) -> None:
		"""As the framework does it before it opens the session."""
		with local_values_as_they_were("request", "request_ip", "response", "form_dict"):
			frappe.local.request, frappe.local.request_ip = Request(EnvironBuilder(method="POST", path=path).get_environ()), address
			frappe.local.form_dict, frappe.local.response = frappe._dict(usr=user or self.user, pwd=password, **more), frappe._dict()
			manager = LoginManager.__new__(LoginManager)
			manager.authenticate(frappe.form_dict.usr, password)
			sign_in.refuse_after_failures(manager)

	def fail(self, times: int, **more) -> None:
		for _time in range(times):
			with self.assertRaises(frappe.AuthenticationError):
				self.attempt(WRONG, **more)

	def test_after_ten_wrong_ones_the_right_one_gets_the_same_answer(self):
		self.fail(sign_in.MOST_FOR_ACCOUNT)
		answers = []
		for password in (WRONG, RIGHT):
			with self.assertRaises(TooManySignInsError) as refused:
				self.attempt(password)
			answers.append(str(refused.exception))
		self.assertEqual(answers[0], answers[1])
		self.assertIn("a quarter of an hour", answers[0])
		self.assertEqual(429, TooManySignInsError.http_status_code)

	def test_from_another_address_the_owner_comes_in(self):
		self.fail(sign_in.MOST_FOR_ACCOUNT)
		self.attempt(RIGHT, address="203.0.113.2")

	def test_frappes_locks_of_account_and_address_are_taken_off(self):
		self.fail(sign_in.MOST_FOR_ACCOUNT)
		for locked in (self.user, "203.0.113.1"):
			self.assertFalse(LoginAttemptTracker(locked).login_failed_count)

	def test_a_refused_row_does_not_stay(self):
		self.fail(sign_in.MOST_FOR_ACCOUNT)
		frappe.db.savepoint("refused")
		with self.assertRaises(TooManySignInsError):
			self.attempt(WRONG)
		frappe.db.rollback(save_point="refused")
		self.assertEqual(sign_in.MOST_FOR_ACCOUNT, frappe.db.count("Activity Log", {"user": self.user, "status": "Failed"}))

	def test_the_right_one_begins_the_count_of_the_account_anew(self):
		for _time in range(3):
			self.fail(sign_in.MOST_FOR_ACCOUNT - 1)
			self.attempt(RIGHT)

	def test_many_accounts_from_one_address(self):
		with patch.object(sign_in, "MOST_FROM_ADDRESS", 4):
			self.fail(4, user="nobody@example.com")
			with self.assertRaises(TooManySignInsError):
				self.attempt(RIGHT)
			self.attempt(RIGHT, address="203.0.113.2")

	def test_the_lock_of_the_second_factor_stays(self):
		LoginAttemptTracker(self.user).add_failure_attempt()
		self.fail(1, otp="000000")
		self.assertTrue(LoginAttemptTracker(self.user).login_failed_count)
		LoginAttemptTracker(self.user).add_success_attempt()

	def test_customers_who_sign_in_by_a_code_are_not_kept_out(self):
		self.fail(sign_in.MOST_FOR_ACCOUNT)
		self.attempt(RIGHT, path="/my/sign-in")
