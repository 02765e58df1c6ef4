"""What a system pushes becomes what the desk would have made of it; each record is answered for itself."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_integration_user, make_link
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.kinds import KINDS
from crm4s.dms.intake.push import take
from crm4s.dms.links import link_of
from crm4s.intake.tests.factories import OTHER_STORE, STORE, VIN, make_stores
from crm4s.tests.people import as_user

ALL = ["Customer", "Vehicle", "Service Order", "Parts Sale", "Vehicle Model"]
CUSTOMER, VEHICLE, VISIT, ITEM = "C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Service Item"
RECORD, WAITING, CONFLICT = "C4S DMS Record", "C4S DMS Waiting Record", "C4S DMS Conflict"


class PushTestCase(FrappeTestCase):
	"""A link that takes in everything; what it pushes is rolled back."""

	def setUp(self):
		make_stores()
		frappe.db.savepoint("push")
		self.addCleanup(frappe.db.rollback, save_point="push")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.use_link()

	def use_link(self, **values):
		self.link = make_link(**{"entities": ALL, **values})

	def push(self, entity: str, *records: dict, dry_run: bool = False) -> list[dict]:
		with as_user(self.link.user):
			return take(link_of(), ENTITIES[entity], list(records), dry_run)["results"]

	def states(self, entity: str, *records: dict) -> list[str]:
		return [result["state"] for result in self.push(entity, *records)]

	def one(self, entity: str, **record) -> dict:
		return self.push(entity, record)[0]

	def refused(self, result: dict) -> tuple:
		self.assertEqual("rejected", result["state"], result)
		return tuple((error["code"], error["field"]) for error in result["errors"])

	def customer(self, external_id: str = "K1", **values) -> dict:
		return {"external_id": external_id, "customer_name": "张伟", "dealership": STORE, **values}

	def vehicle(self, external_id: str = "V1", **values) -> dict:
		return {"external_id": external_id, "vin": VIN, "model_description": "卡罗拉", "dealership": STORE, **values}

	def order(self, external_id: str = "R1", **values) -> dict:
		return {
			"external_id": external_id,
			"dealership": STORE,
			"status": "Settled",
			"customer_id": "K1",
			"vehicle_id": "V1",
			"arrived_on": "2026-03-01T09:30:00",
			"settled_on": "2026-03-01T16:10:00",
			"items": [{"item_kind": "Labour", "item_name": "小保养", "quantity": 1, "unit_price": 180}],
			**values,
		}


class TestPush(PushTestCase):
	def test_every_entity_of_the_contract_has_an_intake_that_takes_all_its_fields(self):
		for code, entity in ENTITIES.items():
			with self.subTest(code):
				self.assertEqual(entity.doctype, KINDS[code].intake.doctype)
				self.assertFalse({name.removesuffix("_id") for name in entity.model.model_fields} & KINDS[code].intake.derived)

	def test_the_links_role_may_write_every_field_of_the_contract(self):
		from crm4s.dms.intake.push import require_rights
		from crm4s.dms.intake.taking import closed_fields

		with as_user(self.link.user):
			for entity in ENTITIES.values():
				require_rights(entity)
				self.assertEqual(frozenset(), closed_fields(entity), entity.code)

	def test_examples_of_the_contract_hold(self):
		for entity in ENTITIES.values():
			for example in entity.model.model_json_schema()["examples"]:
				entity.model.model_validate(example)

	def test_customer_car_and_order_are_taken_in_once(self):
		phones = [{"phone": "13800138000", "is_verified": True}]
		for entity, record in (
			("customer", self.customer(phones=phones)),
			("vehicle", self.vehicle(parties=[{"customer_id": "K1", "valid_from": "2024-05-01"}])),
			("service_order", self.order(odometer=15230)),
		):
			created = self.one(entity, **record)
			self.assertEqual("created", created["state"], created)
			self.assertEqual({"external_id": record["external_id"], "state": "unchanged", "name": created["name"]}, self.one(entity, **record))
		visit = frappe.get_doc(VISIT, created["name"])
		self.assertEqual(("张伟", VIN, 180.0, 1), (frappe.db.get_value(CUSTOMER, visit.customer, "customer_name"), frappe.db.get_value(VEHICLE, visit.vehicle, "vin"), visit.total_amount, len(visit.items)))
		self.assertEqual((f"{self.link.name}:R1", 15230), (visit.external_key, frappe.db.get_value(VEHICLE, visit.vehicle, "odometer")))
		self.assertEqual(visit.customer, frappe.db.get_value(VEHICLE, visit.vehicle, "current_owner"))

	def test_an_order_that_says_the_same_is_looked_at_again_only_where_something_changed(self):
		self.push("customer", self.customer("K1"), self.customer("K2"))
		self.push("vehicle", self.vehicle())
		name = self.one("service_order", **self.order(version=1))["name"]
		same = {"external_id": "R1", "state": "unchanged", "name": name}
		# Newer, and the same: from then on an older one is old.
		self.assertEqual(same, self.one("service_order", **self.order(version=3)))
		self.assertEqual({**same, "code": "older"}, self.one("service_order", **self.order(version=2, concern="异响")))
		frappe.get_doc(VISIT, name).update({"concern": "漏油"}).save()
		self.assertEqual("updated", self.one("service_order", **self.order(version=3, concern="异响"))["state"])
		# A person changes it back: whoever repeats what was said repairs it.
		frappe.get_doc(VISIT, name).update({"concern": "漏油"}).save()
		self.assertEqual("updated", self.one("service_order", **self.order(version=3, concern="异响"))["state"])
		self.assertEqual("异响", frappe.db.get_value(VISIT, name, "concern"))
		# The same number is another customer now.
		other = frappe.db.get_value(RECORD, {"link": self.link.name, "external_id": "K2"}, "document")
		frappe.db.set_value(RECORD, {"link": self.link.name, "external_id": "K1"}, "document", other)
		self.assertEqual("updated", self.one("service_order", **self.order(version=3, concern="异响"))["state"])
		self.assertEqual(other, frappe.db.get_value(VISIT, name, "customer"))
		frappe.delete_doc(VISIT, name, force=True)
		self.assertEqual("deleted", self.one("service_order", **self.order(version=3, concern="异响"))["code"])

	def test_nothing_of_a_document_is_read_where_an_order_says_the_same(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		name = self.one("service_order", **self.order())["name"]
		# Behind everybody's back: `modified` stays, so this shows that nobody looked.
		frappe.db.set_value(VISIT, name, "concern", "漏油", update_modified=False)
		self.assertEqual("unchanged", self.one("service_order", **self.order(concern=None))["state"])
		self.assertEqual("unchanged", self.one("service_order", **self.order())["state"])
		self.assertEqual("updated", self.one("service_order", **self.order(concern="异响"))["state"])

	def test_a_new_order_stands_in_the_map_at_once_with_its_document(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		said, sql = [], frappe.db.sql
		with patch.object(frappe.db, "sql", lambda query, *rest, **more: (said.append(str(query)), sql(query, *rest, **more))[1]):
			result = self.one("service_order", **self.order())
		of_map = [query.split()[0] for query in said if "C4S DMS Record" in query and not query.startswith(("select", "show"))]
		self.assertEqual(["insert"], of_map)
		row = frappe.db.get_value("C4S DMS Record", {"external_id": self.order()["external_id"], "document": result["name"]}, ["document", "fingerprint"])
		self.assertTrue(row and row[1])

	def test_an_order_that_we_have_under_its_key_already_gets_no_other_document(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		name = self.one("service_order", **self.order())["name"]
		frappe.db.delete("C4S DMS Record", {"document": name})
		self.assertEqual(name, self.one("service_order", **self.order())["name"])
		self.assertEqual("unchanged", self.one("service_order", **self.order())["state"])
		self.assertEqual([name], frappe.get_all("C4S DMS Record", {"document": name}, pluck="document"))

	def test_a_bad_record_does_not_block_the_others(self):
		results = self.push(
			"customer",
			self.customer("K1"),
			{"external_id": "K2", "customer_name": "李雷", "favourite": "blue"},
			{"external_id": "K3"},
			"nonsense",
			self.customer("K4", phones=[{"phone": "12"}]),
			{"customer_name": "No Number"},
			self.customer("K5", dealership="NOWHERE"),
			self.customer("K6"),
		)
		self.assertEqual(["created", *["rejected"] * 6, "created"], [result["state"] for result in results])
		found = [self.refused(result) for result in results[1:-1]]
		self.assertEqual(
			[
				(("unknown_field", "favourite"),),
				(("required", "customer_name"),),
				(("wrong_type", ""),),
				(("invalid", "phones.0.phone"),),
				(("required", "external_id"),),
				(("not_found", "dealership"),),
			],
			found,
		)
		self.assertEqual(2, frappe.db.count(RECORD, {"link": self.link.name}))
		self.assertRegex(results[4]["errors"][0]["message"], r"^\S.*12.*\.$")

	def test_what_nobody_thought_of_keeps_one_record_out_not_all(self):
		from unittest.mock import patch

		from crm4s.intake.customers import CustomerIntake

		original = CustomerIntake.complete

		def complete(intake, plan):
			if plan.row["customer_name"] == "坏":
				raise ZeroDivisionError
			original(intake, plan)

		records = [self.customer(f"K{number}", customer_name="坏" if number == 5 else "好") for number in range(9)]
		with patch.object(CustomerIntake, "complete", complete):
			results = self.push("customer", *records)
		self.assertEqual(["created"] * 5 + ["rejected"] + ["created"] * 3, [result["state"] for result in results])
		self.assertEqual((("failed", ""),), self.refused(results[5]))

	def test_an_older_state_never_overwrites_a_newer_one(self):
		for newer, older in (({"version": 8}, {"version": 7}), ({"modified_on": "2026-03-02T10:00:00+08:00"}, {"modified_on": "2026-03-02T01:59:00Z"})):
			key = next(iter(newer))
			name = self.one("customer", **self.customer(key, customer_name="新名", **newer))["name"]
			late = self.one("customer", **self.customer(key, customer_name="旧名", **older))
			self.assertEqual({"external_id": key, "state": "unchanged", "name": name, "code": "older"}, late)
			self.assertEqual("新名", frappe.db.get_value(CUSTOMER, name, "customer_name"))

	def test_a_time_far_ahead_locks_no_record(self):
		ahead = (now_datetime() + timedelta(days=400)).isoformat()
		refused = self.one("customer", **self.customer(modified_on=ahead))
		self.assertEqual((("wrong_value", "modified_on"),), self.refused(refused))
		self.assertRegex(refused["errors"][0]["message"], "lies in the future")
		never = self.one("customer", **self.customer(modified_on="9999-01-01T00:00:00+08:00"))
		self.assertEqual((("wrong_value", "modified_on"),), self.refused(never))
		# A clock that is some minutes fast is none that is wrong, nor a time without its zone.
		soon = (now_datetime() + timedelta(hours=14)).isoformat()
		self.assertEqual("created", self.one("customer", **self.customer(modified_on=soon))["state"])

	def test_states_of_one_record_in_one_request_follow_their_versions(self):
		records = [self.customer("A", customer_name=f"第{version}", version=version) for version in (3, 1, 2)]
		results = self.push("customer", *records, self.customer("a", customer_name="第四", version=4))
		self.assertEqual(["updated", "created", "updated", "updated"], [result["state"] for result in results])
		self.assertEqual("第四", frappe.db.get_value(CUSTOMER, results[0]["name"], "customer_name"))
		self.assertEqual(1, frappe.db.count(RECORD, {"link": self.link.name}))

	def test_two_links_may_use_the_same_number_and_one_document_may_have_two(self):
		first = self.one("vehicle", **self.vehicle("7"))["name"]
		own = self.one("customer", **self.customer("7"))["name"]
		self.use_link()
		self.assertNotEqual(own, self.one("customer", **self.customer("7", customer_name="李雷"))["name"])
		self.assertEqual(first, self.one("vehicle", **self.vehicle("88", engine_number="EA211"))["name"])
		# By the map, for its own key is that of the first link and the VIN is not said again.
		self.assertEqual(first, self.one("vehicle", external_id="88", exterior_colour="白色")["name"])
		self.assertEqual("白色", frappe.db.get_value(VEHICLE, first, "exterior_colour"))

	def test_an_order_and_a_parts_sale_of_the_same_number_are_two(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		order = self.one("service_order", **self.order("1"))
		sale = self.one("parts_sale", external_id="1", dealership=STORE, status="Settled", arrived_on="2026-03-02T11:05", settled_on="2026-03-02T11:10", items=[{"item_kind": "Part", "item_name": "雨刮片", "quantity": 2, "unit_price": 65}])
		self.assertEqual(["created", "created"], [order["state"], sale["state"]], sale)
		self.assertEqual("Counter Sale", frappe.db.get_value(VISIT, sale["name"], "visit_kind"))

	def test_whose_system_issued_the_invoice_corrects_it(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		self.one("service_order", **self.order(version=1))
		corrected = self.order(version=2, items=[{"item_name": "小保养", "unit_price": 150}])
		result = self.one("service_order", **corrected)
		self.assertEqual("updated", result["state"], result)
		self.assertEqual(150, frappe.db.get_value(VISIT, result["name"], "total_amount"))
		self.assertEqual("updated", self.one("service_order", external_id="R1", version=3, status="Cancelled")["state"])

	def test_times_with_a_zone_become_the_sites(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		site = frappe.utils.get_system_timezone()
		name = self.one("service_order", **self.order(arrived_on="2026-03-01T01:30:00Z", settled_on="2026-03-01T08:10:00+00:00"))["name"]
		from datetime import datetime
		from zoneinfo import ZoneInfo

		expected = datetime(2026, 3, 1, 1, 30, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(site)).replace(tzinfo=None)
		self.assertEqual(expected, frappe.db.get_value(VISIT, name, "arrived_on"))
		self.assertEqual((("wrong_value", "arrived_on"),), self.refused(self.one("service_order", **self.order("R2", arrived_on="0001-01-01T00:00:00Z"))))

	def test_a_dry_run_says_what_would_happen_and_writes_nothing(self):
		results = self.push("customer", self.customer(), {"external_id": "K2"}, dry_run=True)
		self.assertEqual(["created", "rejected"], [result["state"] for result in results])
		self.assertEqual("waiting", self.push("service_order", self.order(), dry_run=True)[0]["state"])
		for doctype in (RECORD, WAITING):
			self.assertFalse(frappe.db.exists(doctype, {"link": self.link.name}))
		self.assertFalse(frappe.db.exists(CUSTOMER, {"external_key": f"{self.link.name}:K1"}))

	def test_a_field_that_is_not_known_is_told_by_its_name(self):
		(result,) = self.push("customer", self.customer(nickname="小张", phones=[{"phone": "13800138000", "colour": "red"}]))
		self.assertEqual((("unknown_field", "phones.0.colour"), ("unknown_field", "nickname")), self.refused(result))
		self.assertFalse(frappe.db.exists(CUSTOMER, {"external_key": f"{self.link.name}:K1"}))

	def test_an_empty_list_of_items_says_nothing(self):
		for entity, record in (("customer", self.customer()), ("vehicle", self.vehicle()), ("service_order", self.order(status="Open", settled_on=None))):
			self.push(entity, record)
		self.assertEqual(["unchanged"], self.states("service_order", self.order(status="Open", settled_on=None, items=[])))
		self.assertTrue(frappe.db.count(ITEM, {"parent": frappe.db.get_value(VISIT, {"external_key": f"{self.link.name}:R1"})}))

	def test_a_document_that_was_deleted_here_comes_back_by_a_newer_state_only(self):
		name = self.one("customer", **self.customer(version=2))["name"]
		frappe.delete_doc(CUSTOMER, name, force=True)
		self.assertEqual({"external_id": "K1", "state": "unchanged", "code": "deleted"}, self.one("customer", **self.customer(version=2)))
		again = self.one("customer", **self.customer(version=3))
		self.assertEqual("created", again["state"])
		self.assertEqual(again["name"], frappe.db.get_value(RECORD, {"link": self.link.name, "external_id": "K1"}, "document"))


class TestStores(PushTestCase):
	def test_a_link_sends_for_its_stores_only(self):
		self.use_link(stores=[{"dealership": STORE, "their_code": "E-01"}])
		self.assertEqual("created", self.one("customer", **self.customer(dealership="E-01"))["state"])
		self.assertEqual((("other_store", "dealership"),), self.refused(self.one("customer", **self.customer("K2", dealership=OTHER_STORE))))
		relationship = frappe.get_all("C4S Store Relationship", {"dealership": STORE}, pluck="customer")
		self.assertIn(frappe.db.get_value(RECORD, {"link": self.link.name}, "document"), relationship)

	def test_a_new_customer_is_taken_up_by_the_links_store(self):
		self.use_link(user=make_integration_user([STORE]))
		name = self.one("customer", external_id="K1", customer_name="张伟")["name"]
		self.assertTrue(frappe.db.exists("C4S Store Relationship", {"customer": name, "dealership": STORE}))
		self.assertEqual("updated", self.one("customer", external_id="K1", customer_name="张大伟")["state"])
		self.use_link(user=make_integration_user([STORE, OTHER_STORE]))
		self.assertEqual((("required", "dealership"),), self.refused(self.one("customer", external_id="K9", customer_name="张伟")))

	def test_a_user_without_the_rights_takes_in_nothing(self):
		frappe.db.delete("Has Role", {"parent": self.link.user})
		frappe.clear_cache(user=self.link.user)
		self.assertRaises(frappe.PermissionError, self.push, "customer", self.customer())
