"""Requests of one link at the same moment: different records go side by side, the same one by the rule of versions, and what is left is what one after the other leaves."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from random import Random
from threading import Event
from unittest.mock import patch

import frappe

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake import waiting
from crm4s.dms.intake.push import take
from crm4s.dms.intake.sweep import sweep
from crm4s.dms.intake.tests.test_any_order import STREAM, customer, order, state_of, vehicle
from crm4s.dms.links import link_of
from crm4s.dms.tests.caller import call, said
from crm4s.intake.tests.factories import make_stores
from crm4s.tests.at_once import at_once, elsewhere
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.people import as_user

ALL = ["Customer", "Vehicle", "Service Order", "Parts Sale"]
RECORD, WAITING, VISIT = "C4S DMS Record", "C4S DMS Waiting Record", "C4S Service Visit"
PATIENCE = 60


class SideBySideTestCase(CommittingTestCase):
	def setUp(self):
		make_stores()
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.link = make_link(entities=ALL)
		frappe.db.commit()

	def push(self, entity: str, *records: dict) -> list[dict]:
		"""As a worker does it, which tries anew where another one was in the way; not committed."""
		with outside_of_tests(), as_user(self.link.user):
			return take(link_of(), ENTITIES[entity], list(records))["results"]

	def commit(self, entity: str, *records: dict) -> list[dict]:
		results = self.push(entity, *records)
		frappe.db.commit()
		return results

	def known(self, **more) -> list[str]:
		return frappe.get_all(RECORD, {"link": self.link.name, **more}, pluck="external_id", order_by="external_id")


class TestSideBySide(SideBySideTestCase):
	def setUp(self):
		super().setUp()
		self.commit("customer", *(numbered("K", number, customer) for number in range(3)))
		self.commit("vehicle", *(numbered("V", number, vehicle) for number in range(3)))

	def test_who_brings_other_records_does_not_wait_for_the_first_to_commit(self):
		has_taken, other_is_done = Event(), Event()

		def first() -> bool:
			self.push("service_order", numbered("R", 0, order))
			has_taken.set()
			return other_is_done.wait(PATIENCE)

		def second() -> list[dict]:
			has_taken.wait(PATIENCE)
			results = self.commit("service_order", numbered("R", 1, order))
			other_is_done.set()
			return results

		waited, results = at_once(first, second)
		self.assertEqual((True, "created"), (waited, results[0]["state"]), results)
		self.assertEqual(["R0", "R1"], self.known(entity="Service Order"))

	def test_the_desk_does_not_wait_for_a_request(self):
		names = self.push("service_order", numbered("R", 0, order))
		number = elsewhere(lambda: frappe.get_doc({"doctype": VISIT, **self.desk_order()}).insert().name)
		self.assertNotEqual(names[0]["name"], number)

	def desk_order(self) -> dict:
		owner, car = (frappe.db.get_value(RECORD, {"link": self.link.name, "external_id": number}, "document") for number in ("K2", "V2"))
		return {"dealership": order(0, 1)["dealership"], "visit_kind": "Workshop", "customer": owner, "vehicle": car}

	def test_a_new_record_over_two_connections_is_created_once_and_its_newest_state_stays(self):
		records = [numbered("R", number, order, version=version) for number in range(3) for version in (1, 2)]
		older, newer = records[::2], records[1::2]
		for pushes in ((older, older), (newer[::-1], older), (older, newer[::-1])):
			with self.subTest(pushes[0][0]["version"]):
				outcomes = at_once(*(lambda records=records: self.commit("service_order", *records) for records in pushes))
				self.assertNotIn("rejected", [result["state"] for results in outcomes for result in results], outcomes)
				newest = max(one["version"] for records in pushes for one in records)
				self.assertEqual([newest] * 3, frappe.get_all(RECORD, {"link": self.link.name, "entity": "Service Order"}, pluck="source_version"))
				self.assertEqual([newest * 100.0] * 3, [row[0] for row in self.first_prices()])
				self.assertEqual(3, frappe.db.count(VISIT, {"external_key": ["like", f"{self.link.name}%"]}))

	def first_prices(self) -> list:
		visits = frappe.get_all(VISIT, {"external_key": ["like", f"{self.link.name}%"]}, pluck="name")
		return frappe.get_all("C4S Service Item", {"parent": ["in", visits], "idx": 1}, ["unit_price"], as_list=True)

	def test_the_same_key_at_once_is_worked_off_once(self):
		def ask() -> tuple[int, str]:
			with outside_of_tests():
				answer = call(self.link.user, "push", key="same", entity="service_order", records=[numbered("R", 0, order)])
			return answer.status_code, said(answer).get("code") or said(answer)["results"][0]["state"]

		outcomes = at_once(*[ask] * 4)
		self.assertIn((200, "created"), outcomes)
		self.assertLessEqual(set(outcomes), {(200, "created"), (409, "key_under_way")})
		done = {"link": self.link.name, "idempotency_key": "same"}
		self.assertEqual((1, ["R0"]), (frappe.db.count("C4S DMS Request", done), self.known(entity="Service Order")))

	def test_a_number_that_was_refused_leaves_nothing_in_the_map(self):
		refused = {**numbered("R", 0, order), "items": [{"item_name": "工时", "unit_price": 1, "discount_amount": 9}]}
		outcomes = at_once(*[lambda: self.commit("service_order", refused)] * 2)
		self.assertEqual(["rejected"] * 2, [results[0]["state"] for results in outcomes], outcomes)
		self.assertEqual([], self.known(entity="Service Order"))

	def test_what_arrived_while_a_request_was_under_way_is_seen_when_the_waiting_are_taken_in(self):
		late = {**numbered("R", 9, order), "customer_id": "K9", "vehicle_id": "V9"}
		self.assertEqual("waiting", self.commit("service_order", late)[0]["state"])
		car = {**numbered("V", 2, vehicle), "external_id": "V9"}
		original = waiting.waiting_for

		def meanwhile(*arguments):
			if not self.known(external_id="V9"):
				elsewhere(lambda: self.commit("vehicle", car))
			return original(*arguments)

		with patch.object(waiting, "waiting_for", meanwhile):
			self.commit("customer", {**numbered("K", 9, customer), "phones": []})
		self.assertEqual((["R9"], 0), (self.known(entity="Service Order"), frappe.db.count(WAITING, {"link": self.link.name})))


class TestAnyParallelism(SideBySideTestCase):
	"""The stream of test_any_order over several connections at once."""

	maxDiff = None
	CONNECTIONS, ROUNDS = 3, 3

	def test_any_split_among_connections_leaves_what_one_connection_leaves(self):
		alone = self.left_by([STREAM])
		for seed in range(self.ROUNDS):
			with self.subTest(seed=seed):
				self.assertEqual(alone, self.left_by(self.split(Random(seed))))

	def split(self, chance: Random) -> list[list]:
		"""The records in any order among connections, some to two of them."""
		parts: list[list] = [[] for _connection in range(self.CONNECTIONS)]
		for one in chance.sample(STREAM, len(STREAM)):
			for part in chance.sample(parts, chance.choice((1, 1, 2))):
				part.append(one)
		return parts

	def left_by(self, parts: list[list]) -> dict:
		self.link = make_link(entities=ALL)
		outcomes = at_once(*(lambda part=part: self.send(part) for part in parts))
		self.assertEqual([set()] * len(parts), outcomes)
		with outside_of_tests():
			sweep(self.link.name)
		found = json.dumps(state_of(self.link.name), default=str, sort_keys=True)
		self.delete_what_was_made()
		make_stores()
		return json.loads(found.replace(self.link.name, "the link").replace(self.link.user, "its user"))

	def send(self, part: list) -> set[str]:
		"""In requests of four; what was said of records that are not in."""
		wrong: set[str] = set()
		for begin in range(0, len(part), 4):
			requests: dict[str, list[dict]] = {}
			for entity, record in part[begin : begin + 4]:
				requests.setdefault(entity, []).append(record)
			for entity, records in requests.items():
				wrong |= {str(result) for result in self.commit(entity, *records) if result["state"] == "rejected"}
		return wrong


def numbered(letter: str, number: int, make: Callable[[int, int], dict], version: int = 1) -> dict:
	return {"external_id": f"{letter}{number}", "version": version, **make(number % 3, version)}


@contextmanager
def outside_of_tests():
	"""Transactions begin and end as they do at work."""
	before, frappe.flags.in_test = frappe.flags.in_test, False
	try:
		yield
	finally:
		frappe.flags.in_test = before
