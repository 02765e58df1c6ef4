"""Who comes through the gate, what is said to who does not, and that the same key gives the same answer."""

from datetime import date
from types import SimpleNamespace
from unittest import TestCase

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime
from pydantic import BaseModel, Field

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import LINK, make_integration_user, make_link
from crm4s.dms import answers, gate, problems, scope, v1
from crm4s.dms.answers import REQUEST
from crm4s.dms.contract import openapi
from crm4s.dms.links import Link
from crm4s.dms.tests.caller import call, said
from crm4s.tests.people import make_user


class GateTestCase(FrappeTestCase):
	"""Two methods of our own behind the gate: `ask` reads, `tell` changes something once."""

	def setUp(self):
		frappe.db.savepoint("gate")
		self.addCleanup(frappe.db.rollback, save_point="gate")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.calls, self.does = [], lambda: None
		for method in (gate.opened(self.asking()), gate.opened(self.telling(), once=True)):
			setattr(v1, method.__name__, method)
			self.addCleanup(delattr, v1, method.__name__)
			self.addCleanup(gate.METHODS.pop, method.__name__)
		self.link = make_link(requests_per_minute=0)

	def asking(self):
		def ask(link: Link, entity: str = "customer", limit: int = 5):
			self.calls.append((link.name, entity, limit))
			self.does()
			return {"limit": limit}

		return ask

	def telling(self):
		def tell(link: Link, entity: str, records: list):
			self.calls.append(records)
			self.does()
			return {"results": [{"external_id": "1", "state": "created", "at": now_datetime()}], "counts": {"created": len(records), "rejected": 1}}

		return tell

	def ask(self, **values):
		return call(self.link.user, "ask", **values)

	def tell(self, key: str | None = "k-1", **values):
		return call(self.link.user, "tell", key=key, http="POST", **{"entity": "customer", "records": [1], **values})

	def refused(self, status: int, code: str, response) -> dict:
		problem = said(response)
		self.assertEqual((status, code, problems.MIME), (response.status_code, problem.get("code"), response.mimetype), problem)
		self.assertEqual((status, f"urn:crm4s:problem:{code}"), (problem["status"], problem["type"]))
		self.assertTrue(problem["title"] and problem["detail"])
		return problem

	def rows(self, *fields: str) -> list:
		return frappe.get_all(REQUEST, filters={"link": self.link.name}, fields=list(fields), order_by="creation", as_list=True)


class TestWhoComesIn(GateTestCase):
	def test_the_links_user_does_and_is_noted(self):
		response = self.ask(entity="vehicle", limit="7")
		self.assertEqual((200, {"limit": 7}), (response.status_code, said(response)))
		self.assertEqual([(self.link.name, "vehicle", 7)], self.calls)
		self.assertEqual([["ask", "vehicle", 200, "203.0.113.7", None]], [list(row) for row in self.rows("method", "entity", "http_status", "remote_address", "problem")])

	def test_nobody_else_does(self):
		self.refused(401, "not_signed_in", call("Guest", "ask"))
		self.refused(403, "no_link", call(make_user("Administrator"), "ask"))
		self.refused(403, "no_link", call(make_integration_user(), "ask"))
		self.assertEqual([], self.calls)

	def test_a_link_switched_off_stops_at_once(self):
		self.ask()
		# Written past the document, as by another process whose news the cache has not heard yet.
		frappe.db.set_value(LINK, self.link.name, "enabled", 0)
		self.refused(403, "link_disabled", self.ask())
		frappe.db.set_value(LINK, self.link.name, "enabled", 1)
		frappe.db.set_value("User", self.link.user, "enabled", 0)
		self.refused(403, "link_disabled", self.ask())

	def test_only_from_the_addresses_of_the_link(self):
		self.link.update({"allowed_addresses": "198.51.100.0/24\n2001:db8::/32"}).save()
		for address, status in (("198.51.100.9", 200), ("::ffff:198.51.100.9", 200), ("2001:db8::5", 200), ("203.0.113.7", 403), ("nonsense", 403)):
			with self.subTest(address):
				self.assertEqual(status, self.ask(address=address).status_code)
		self.refused(403, "address_refused", self.ask())

	def test_more_requests_than_agreed_wait(self):
		self.link.update({"requests_per_minute": 3}).save()
		frozen = int(gate.time())
		self.addCleanup(setattr, gate, "time", gate.time)
		gate.time = lambda: frozen + 10_000_020 - frozen % 60
		self.assertEqual([200, 200, 200], [self.ask().status_code for _i in range(3)])
		response = self.ask()
		self.refused(429, "too_many_requests", response)
		self.assertEqual(int(response.headers["Retry-After"]), 61 - gate.time() % 60)
		gate.time = lambda: frozen + 10_000_080 - frozen % 60
		self.assertEqual(200, self.ask().status_code)

	def test_a_body_of_another_kind_is_refused(self):
		self.refused(415, "media_type", call(self.link.user, "tell", key="k", http="POST", media="text/plain", entity="customer", records=[]))

	def test_a_method_that_is_to_go_says_so_in_each_answer_and_in_the_description(self):
		self.assertNotIn("Deprecation", self.ask().headers)
		v1.ask = gate.opened(self.asking(), old_since=date(2027, 1, 1), ends_on=date(2028, 2, 1))
		for response in (self.ask(), self.ask(limit="many")):
			self.assertEqual(("@1798761600", "Tue, 01 Feb 2028 00:00:00 GMT"), (response.headers["Deprecation"], response.headers["Sunset"]))
		described = openapi.describe([gate.METHODS["ask"]], "https://crm.example.com")
		self.assertTrue(described["paths"]["/api/method/crm4s.dms.v1.ask"]["get"]["deprecated"])

	def test_arguments_are_looked_at(self):
		problem = self.refused(422, "invalid", self.ask(limit="many", limmit=3, cmd2=1))
		self.assertEqual({"limit": "wrong_type", "limmit": "unknown_field", "cmd2": "unknown_field"}, {one["field"]: one["code"] for one in problem["errors"]})
		problem = self.refused(422, "invalid", call(self.link.user, "tell", key="k", http="POST"))
		self.assertEqual([("entity", "required"), ("records", "required")], [(one["field"], one["code"]) for one in problem["errors"]])


class TestWhatGoesWrong(GateTestCase):
	def test_every_failure_is_a_problem_and_noted(self):
		for error, status, code in (
			(problems.problem("entity_refused", "No."), 403, "entity_refused"),
			(frappe.PermissionError("Not yours"), 403, "not_permitted"),
			(frappe.DoesNotExistError("Gone"), 404, "not_found"),
			(frappe.ValidationError("<b>Wrong</b>"), 422, "invalid"),
			(frappe.QueryDeadlockError("1213"), 503, "busy"),
			(ZeroDivisionError("secret insides"), 500, "failed"),
		):
			with self.subTest(code):
				self.does = lambda error=error: _raise(error)
				problem = self.refused(status, code, self.ask())
				self.assertNotRegex(problem["detail"], "secret|<b>|1213")
				self.assertEqual((status, code), tuple(self.rows("http_status", "problem")[-1]))

	def test_who_comes_later_is_told_when(self):
		self.does = lambda: _raise(frappe.QueryTimeoutError("1205"))
		self.assertEqual("5", self.ask().headers["Retry-After"])

	def test_entities_that_the_link_may_not(self):
		link = SimpleNamespace(takes_in={"Customer"}, gives_out=set())
		for code, work in (("unknown_entity", lambda: scope.require_takes_in(link, "spaceship")), ("entity_refused", lambda: scope.require_gives_out(link, "Lead"))):
			with self.assertRaises(problems.Problem) as caught:
				work()
			self.assertEqual(code, caught.exception.code)


class TestOnce(GateTestCase):
	def test_the_same_key_gives_the_same_answer_byte_for_byte(self):
		first, second = self.tell(), self.tell()
		self.assertEqual(1, len(self.calls))
		self.assertEqual(first.get_data(), second.get_data())
		self.assertEqual([None, "true"], [one.headers.get("Idempotency-Replayed") for one in (first, second)])
		self.assertEqual([("k-1", 1, 1, 0), (None, 0, 0, 1)], [tuple(row) for row in self.rows("idempotency_key", "created", "rejected", "replayed")])

	def test_the_same_key_with_another_body_is_refused(self):
		self.tell()
		self.refused(409, "key_used_otherwise", self.tell(records=[2]))
		self.assertEqual(1, len(self.calls))

	def test_a_key_is_needed(self):
		for key in (None, " ", "x" * 201):
			self.refused(400, "key_missing", self.tell(key=key))
		self.assertEqual([], self.calls)

	def test_what_failed_is_done_again_under_the_same_key(self):
		self.does = lambda: _raise(frappe.QueryDeadlockError("1213"))
		self.refused(503, "busy", self.tell())
		self.does = lambda: None
		self.assertEqual(200, self.tell().status_code)
		self.assertEqual(2, len(self.calls))

	def test_keys_are_those_of_the_link(self):
		other = make_link(requests_per_minute=0)
		self.tell()
		self.assertIsNone(call(other.user, "tell", key="k-1", entity="customer", records=[1]).headers.get("Idempotency-Replayed"))

	def test_answers_and_log_are_forgotten_when_their_days_are_over(self):
		self.link.update({"keep_answers_days": 40, "keep_log_days": 30}).save()
		for days, key in ((50, "old"), (35, "kept"), (1, "new")):
			self.tell(key=key)
			row = frappe.db.get_value(REQUEST, {"link": self.link.name, "idempotency_key": key})
			frappe.db.set_value(REQUEST, row, "creation", add_days(now_datetime(), -days), update_modified=False)
		answers.forget_old()
		self.assertEqual({"kept", "new"}, {row[0] for row in self.rows("idempotency_key")})
		self.link.update({"keep_answers_days": 3}).save()
		answers.forget_old()
		self.assertEqual([("new",)], [tuple(row) for row in self.rows("idempotency_key")])
		self.link.update({"keep_answers_days": 0, "keep_log_days": 30}).save()
		answers.forget_old()
		self.assertEqual([(None, None)], [tuple(row) for row in self.rows("idempotency_key", "answer")])


class TestFaults(TestCase):
	def test_each_fault_has_a_code_a_field_and_a_sentence(self):
		class Thing(BaseModel):
			model_config = {"extra": "forbid"}
			name: str = Field(min_length=2, max_length=3)
			count: int = Field(ge=1, default=1)
			rows: list[dict] = []

		for value, fault in (
			({}, ("required", "name", "This field is needed.")),
			({"name": "x"}, ("too_short", "name", "At least 2 are needed.")),
			({"name": "xxxx"}, ("too_long", "name", "At most 3 are allowed.")),
			({"name": 7}, ("wrong_type", "name", "It must be a text.")),
			({"name": "xx", "count": "1.5"}, ("wrong_type", "count", "It must be a whole number.")),
			({"name": "xx", "count": 0}, ("wrong_value", "count", "It must be at least 1.")),
			({"name": "xx", "rows": [{}, 3]}, ("wrong_type", "rows.1", "It must be an object.")),
			({"name": "xx", "nmae": 1}, ("unknown_field", "nmae", "This field is not known; check its spelling.")),
		):
			with self.subTest(value), self.assertRaises(ValueError) as caught:
				Thing.model_validate(value)
			self.assertEqual([fault], [tuple(one.values()) for one in problems.faults_of(caught.exception)])


def _raise(error: Exception):
	raise error
