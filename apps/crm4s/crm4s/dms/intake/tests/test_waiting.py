"""Records that name what has not come yet wait for it, and are taken in as soon as it arrives, in any order of arrival."""

import frappe

from crm4s.crm4s.doctype.c4s_dms_waiting_record.c4s_dms_waiting_record import try_again
from crm4s.dms.intake.sweep import sweep, sweep_all
from crm4s.dms.intake.tests.test_push import CUSTOMER, RECORD, VISIT, WAITING, PushTestCase
from crm4s.intake.tests.factories import STORE
from crm4s.tests.people import as_user, make_user


class TestWaiting(PushTestCase):
	def waiting(self, *fields: str) -> list:
		return frappe.get_all(WAITING, {"link": self.link.name}, fields or ["external_id"], order_by="external_id", as_list=True)

	def owned_vehicle(self, **values) -> dict:
		return self.vehicle(parties=[{"customer_id": "K1", "valid_from": "2024-05-01"}], **values)

	def test_a_chain_that_comes_backwards_is_taken_in_with_its_last_link(self):
		order = self.one("service_order", **self.order())
		self.assertEqual({"external_id": "R1", "state": "waiting", "waits_for": {"entity": "customer", "external_id": "K1"}}, order)
		self.assertEqual("waiting", self.one("vehicle", **self.owned_vehicle())["state"])
		self.assertEqual((("R1", "Customer", "K1"), ("V1", "Customer", "K1")), tuple(self.waiting("external_id", "waits_for_entity", "waits_for_id")))
		self.assertEqual("created", self.one("customer", **self.customer())["state"])
		self.assertEqual((), tuple(self.waiting()))
		visit = frappe.get_doc(VISIT, {"external_key": f"{self.link.name}:R1"})
		self.assertEqual(visit.customer, frappe.db.get_value("C4S Vehicle", visit.vehicle, "current_owner"))
		self.assertEqual("unchanged", self.one("service_order", **self.order())["state"])

	def test_the_newest_state_waits(self):
		for version, concern in ((2, "第二"), (3, "第三"), (1, "第一")):
			self.one("service_order", **self.order(version=version, concern=concern))
		self.assertEqual("unchanged", self.one("service_order", **self.order(version=2))["state"])
		self.assertEqual((("R1", 3),), tuple(self.waiting("external_id", "source_version")))
		self.push("vehicle", self.vehicle())
		self.push("customer", self.customer())
		self.assertEqual("第三", frappe.db.get_value(VISIT, {"external_key": f"{self.link.name}:R1"}, "concern"))

	def test_a_state_that_can_be_taken_in_ends_the_waiting_of_an_older_one(self):
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		self.one("service_order", **self.order(version=1, vehicle_id="V9"))
		self.assertEqual("created", self.one("service_order", **self.order(version=2))["state"])
		self.assertEqual((), tuple(self.waiting()))
		self.one("service_order", **self.order(version=4, vehicle_id="V9"))
		self.assertEqual("updated", self.one("service_order", **self.order(version=3, concern="异响"))["state"])
		self.assertEqual((("R1",),), tuple(self.waiting()))

	def test_what_arrived_at_the_same_moment_is_found_by_the_clock(self):
		self.push("vehicle", self.vehicle())
		self.push("service_order", self.order())
		name = frappe.get_doc({"doctype": CUSTOMER, "customer_name": "张伟"}).insert().name
		frappe.get_doc({"doctype": RECORD, "link": self.link.name, "entity": "Customer", "external_id": "K1", "document_type": CUSTOMER, "document": name}).insert()
		sweep_all()
		self.assertEqual(((), name), (tuple(self.waiting()), frappe.db.get_value(VISIT, {"external_key": f"{self.link.name}:R1"}, "customer")))
		self.assertEqual("Administrator", frappe.session.user)

	def test_what_is_refused_when_its_time_has_come_is_kept_for_a_person(self):
		self.push("vehicle", self.vehicle())
		self.push("service_order", self.order(items=[]))
		self.push("customer", self.customer())
		((_id, state, message),) = self.waiting("external_id", "state", "message")
		self.assertEqual("Refused", state)
		self.assertRegex(message, "at least one item")
		self.push("customer", self.customer(customer_name="张大伟"))
		self.assertEqual("Refused", self.waiting("state")[0][0])
		self.assertEqual("created", self.one("service_order", **self.order())["state"])
		self.assertEqual((), tuple(self.waiting()))

	def test_a_link_that_is_switched_off_takes_in_nothing_late(self):
		self.push("service_order", self.order())
		self.link.update({"enabled": 0}).save()
		self.assertEqual(0, sweep(self.link.name))

	def test_administrators_try_again(self):
		self.push("service_order", self.order())
		name = frappe.db.get_value(WAITING, {"link": self.link.name})
		with as_user(make_user("Administrator")):
			self.assertEqual(1, try_again([name, "gone"]))
		with as_user(make_user("CRM Manager")):
			self.assertRaises(Exception, try_again, [name])

	def test_what_the_link_never_sends_is_named_as_we_do_or_refused(self):
		self.use_link(entities=["Customer", "Vehicle", "Service Order"])
		self.push("customer", self.customer())
		self.push("vehicle", self.vehicle())
		part = frappe.get_doc({"doctype": "C4S Part", "part_number": "DMS-PART", "part_name": "机油滤清器", "price": 48}).insert().name
		items = [{"item_kind": "Part", "part_id": part, "quantity": 2}]
		name = self.one("service_order", **self.order(items=items))["name"]
		self.assertEqual(96, frappe.db.get_value(VISIT, name, "total_amount"))
		items[0]["part_id"] = "UNKNOWN"
		self.assertEqual((("not_found", "items.part_id"),), self.refused(self.one("service_order", **self.order("R2", items=items))))

	def test_parts_that_name_each_other_in_one_request_are_answered_at_once(self):
		self.use_link(entities=["Part"])
		results = self.push("part", {"external_id": "1", "part_number": "DMS-1", "part_name": "旧", "substitute_id": "2"}, {"external_id": "2", "part_number": "DMS-2", "part_name": "新"})
		self.assertEqual(["created", "created"], [result["state"] for result in results])
		self.assertEqual(results[1]["name"], frappe.db.get_value("C4S Part", results[0]["name"], "substitute"))

	def test_waiting_rows_are_of_the_link_and_store_asked_for(self):
		self.push("service_order", self.order())
		first = self.link
		self.use_link()
		self.push("customer", self.customer(dealership=STORE))
		self.assertEqual(1, frappe.db.count(WAITING, {"link": first.name}))
