"""The change feed of a link: what it is told, what it is not, and where it goes on."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.customers import take_up
from crm4s.change_feed import keeping, reading
from crm4s.change_feed.noting import CHANGE
from crm4s.change_feed.sequencing import head, sequence
from crm4s.change_feed.watching import CUSTOMER, WATCHED
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_integration_user, make_link
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dms import cursors, feed
from crm4s.dms.contract.outgoing import OUTGOING
from crm4s.dms.links import Link, link_of
from crm4s.dms.problems import Problem
from crm4s.dms.records import _own_fields, _tables
from crm4s.tests.people import as_user

test_ignore = ["User"]
ALL = [outgoing.title for outgoing in OUTGOING.values()]


class FeedTests(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("feed")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.addCleanup(frappe.db.rollback, save_point="feed")
		sequence()
		self.start = cursors.of_position(head())

	def link(self, stores=(), **values) -> Link:
		return link_of(make_link(user=make_integration_user(stores), entities=ALL, **values).user)

	def read(self, link: Link, entity: str | None = None, cursor: str | None = None, limit: int = 100) -> dict:
		with as_user(link.user):
			return feed.changes(link, entity, cursor or self.start, limit)

	def told(self, link: Link, **how) -> list[tuple]:
		return [(entry["entity"], entry["action"], entry["id"]) for entry in self.read(link, **how)["entries"]]


class TestChanges(FeedTests):
	def test_a_record_is_given_as_it_is_now(self):
		link, customer = self.link(), make_customer(customer_name="Li Lei", phones=[{"phone": "13812345678", "kind": "Mobile"}])
		customer.update({"city": "Wuhan"}).save()
		customer.update({"city": "Suzhou"}).save()
		entries = [entry for entry in self.read(link)["entries"] if entry["id"] == customer.name]
		self.assertEqual([("created", []), ("updated", ["city"]), ("updated", ["city"])], [(entry["action"], entry["fields"]) for entry in entries])
		self.assertEqual({"Suzhou"}, {entry["record"]["city"] for entry in entries})
		self.assertEqual("+8613812345678", entries[0]["record"]["phones"][0]["phone"])

	def test_pages_follow_each_other(self):
		link = self.link()
		names = [make_lead().name for _turn in range(3)]
		first = self.read(link, "lead", limit=2)
		second = self.read(link, "lead", first["cursor"], limit=2)
		self.assertEqual(([names[:2], names[2:]], [True, False]), ([[entry["id"] for entry in page["entries"]] for page in (first, second)], [first["has_more"], second["has_more"]]))
		self.assertEqual([], self.read(link, "lead", second["cursor"])["entries"])

	def test_a_link_does_not_hear_of_what_it_changed_itself(self):
		link = self.link()
		frappe.session.user = link.user
		customer = make_customer()
		frappe.session.user = "Administrator"
		self.assertEqual([], self.told(link))
		customer.update({"city": "Wuhan"}).save()
		self.assertEqual([("customer", "updated", customer.name)], self.told(link))

	def test_what_is_erased_is_told_without_a_record(self):
		link, lead = self.link(), make_lead()
		lead.delete()
		[entry] = self.read(link)["entries"]
		self.assertEqual(("erased", lead.name, None), (entry["action"], entry["id"], entry["record"]))

	def test_only_entities_that_are_given_out(self):
		link = link_of(make_link(entities=["Lead", {"entity": "Customer", "takes_in": 1}]).user)
		make_customer()
		lead = make_lead()
		self.assertEqual([("lead", "created", lead.name)], self.told(link))
		for entity, code in (("customer", "entity_refused"), ("spaceship", "unknown_entity")):
			with self.assertRaises(Problem) as refusal:
				self.read(link, entity)
			self.assertEqual(code, refusal.exception.code)

	def test_references_carry_their_numbers_and_stores_their_codes(self):
		store = make_dealership("FEED-EAST").name
		link = self.link(stores=[store])
		document = frappe.get_doc("C4S DMS Link", link.name)
		document.append("stores", {"dealership": store, "their_code": "4711"})
		document.save()
		link = link_of(link.user)
		lead = make_lead(dealership=store)
		[entry] = [entry for entry in self.read(link)["entries"] if entry["id"] == lead.name]
		self.assertEqual(("4711", None), (entry["record"]["dealership"], entry["record"]["customer_id"]))
		self.assertRegex(entry["record"]["received_on"], r"T\d\d:\d\d:\d\d[+-]\d\d:\d\d$")


class TestStores(FeedTests):
	def setUp(self):
		super().setUp()
		self.east, self.west = (make_dealership(code).name for code in ("FEED-EAST", "FEED-WEST"))
		self.of_east = self.link(stores=[self.east])

	def test_a_link_hears_of_its_stores_only(self):
		mine, other = make_lead(dealership=self.east), make_lead(dealership=self.west)
		self.assertEqual([("lead", "created", mine.name)], self.told(self.of_east))
		self.assertEqual([mine.name, other.name], [name for _entity, _action, name in self.told(self.link())])
		# Of its user's stores those of the link.
		narrowed = link_of(make_link(entities=ALL, stores=[{"dealership": self.west}]).user)
		self.assertEqual([other.name], [name for _entity, _action, name in self.told(narrowed)])

	def test_shared_dealings_of_other_stores_are_not_given_out(self):
		customer = make_customer()
		for store in (self.east, self.west):
			take_up(customer.name, store)
		change_settings(stores_share_dealings=1)
		lead = make_lead(dealership=self.west, customer=customer.name)
		self.assertNotIn(lead.name, [name for _entity, _action, name in self.told(self.of_east)])

	def test_what_moves_to_another_store_is_out_of_scope(self):
		lead = make_lead(dealership=self.east)
		self.start = self.read(self.of_east)["cursor"]
		lead.update({"dealership": self.west, "sales_consultant": None}).save()
		self.assertEqual([("lead", "out_of_scope", lead.name)], self.told(self.of_east))
		self.assertEqual([("lead", "updated", lead.name)], self.told(self.link()))

	def test_a_customer_comes_with_the_first_store_and_goes_with_the_last(self):
		customer = make_customer()
		car = make_vehicle(parties=[{"party_role": "Owner", "customer": customer.name}])
		self.start = self.read(self.of_east)["cursor"]
		relationship = take_up(customer.name, self.east)
		self.assertEqual({("customer", "updated", customer.name), ("vehicle", "updated", car.name)}, set(self.told(self.of_east)))
		self.start = self.read(self.of_east)["cursor"]
		frappe.delete_doc("C4S Store Relationship", relationship, force=True)
		self.assertEqual({("customer", "out_of_scope", customer.name), ("vehicle", "out_of_scope", car.name)}, set(self.told(self.of_east)))

	def test_an_erased_customer_is_told_to_the_stores_that_knew_it(self):
		customer = make_customer()
		take_up(customer.name, self.east)
		of_west = self.link(stores=[self.west])
		frappe.get_doc(CUSTOMER, customer.name).delete()
		self.assertIn(("customer", "erased", customer.name), self.told(self.of_east))
		self.assertEqual([], self.told(of_west))


class TestPlaces(FeedTests):
	def test_a_cursor_that_nobody_was_given(self):
		link = self.link()
		for cursor in ("x", "====", "é", cursors.of_page("lead", "", 1)):
			with self.assertRaises(Problem) as refusal:
				self.read(link, cursor=cursor)
			self.assertEqual((400, "bad_cursor"), (refusal.exception.status, refusal.exception.code))

	def test_a_cursor_from_before_or_after_what_is_kept(self):
		link = self.link()
		make_lead()
		self.read(link)
		frappe.db.set_value(CHANGE, {"position": [">", 0]}, "changed_on", "2020-01-01 00:00:00", update_modified=False)
		make_lead()
		change_settings(keep_changes_days=30)
		self.assertGreater(keeping.remove_old(), 0)
		self.assertEqual(head() - 1, reading.removed_until())
		for position in (reading.removed_until() - 1, head() + 1):
			with self.assertRaises(Problem) as refusal:
				self.read(link, cursor=cursors.of_position(position))
			self.assertEqual((410, "cursor_expired"), (refusal.exception.status, refusal.exception.code))
		self.assertEqual(1, len(self.read(link, cursor=cursors.of_position(reading.removed_until()))["entries"]))

	def test_a_snapshot_and_its_tail_miss_nothing(self):
		link = self.link()
		names = [make_lead().name for _turn in range(3)]
		seen, cursor = {}, None
		with as_user(link.user):
			page = feed.snapshot(link, "lead", None, 2)
		make_lead()
		frappe.get_doc("C4S Lead", names[0]).update({"needs": "A large boot"}).save()
		while page:
			seen |= {record["id"]: record["record"] for record in page["records"]}
			cursor = page["cursor"]
			with as_user(link.user):
				tail, page = page["changes_cursor"], feed.snapshot(link, "lead", cursor, 2) if cursor else None
		for entry in self.read(link, "lead", tail)["entries"]:
			seen[entry["id"]] = entry["record"]
		self.assertEqual(set(frappe.get_all("C4S Lead", pluck="name")), set(seen))
		self.assertEqual("A large boot", seen[names[0]]["needs"])

	def test_what_is_acknowledged_only_goes_forward(self):
		link = self.link()
		make_lead()
		cursor = self.read(link)["cursor"]
		with as_user(link.user):
			self.assertEqual((cursor, 0, None), tuple(feed.acknowledge(link, cursor).values()))
			self.assertEqual(cursor, feed.acknowledge(link, self.start)["cursor"])
		make_lead()
		sequence()
		self.assertEqual(1, feed.lag(link)["behind"])


class TestContract(FrappeTestCase):
	def test_the_fields_that_count_are_those_of_the_records(self):
		for outgoing in OUTGOING.values():
			given = {*_own_fields(outgoing.model), *_tables(outgoing.model)}
			self.assertEqual(set(WATCHED[outgoing.doctype]), given, outgoing.code)

	def test_entities_are_those_that_a_link_may_name(self):
		options = frappe.get_meta("C4S DMS Link Entity").get_field("entity").options.split("\n")
		self.assertLessEqual(set(ALL), set(options))
		self.assertEqual(set(ALL), set(frappe.get_meta("C4S DMS Endpoint Entity").get_field("entity").options.split("\n")))
