"""The short form of benchmarks/dms.py: what its system sends is taken in, and its table and picture are drawn. How fast that is, the benchmark says."""

import gzip
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import dms, dms_inside, dms_pushing, dms_records as records
from benchmarks.watching import Watch
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.push import take
from crm4s.dms.links import link_of
from crm4s.tests.people import as_user

ORDERS = 40


class Answering:
	"""A connection that takes everything."""

	def __init__(self):
		self.bodies, self.connection = [], SimpleNamespace(close=lambda: None)

	def push_body(self, body: bytes) -> dict:
		self.bodies.append(json.loads(body))
		return {"counts": {"created": 1}}


class TestDMSBenchmark(FrappeTestCase):
	def test_what_its_system_sends_is_taken_in(self):
		for store in records.STORES:
			make_dealership(store)
		link = link_of(make_link(entities=list(dms_inside.ENTITIES)).user)
		made = (("part", records.parts()), ("customer", records.customers(ORDERS)), ("vehicle", records.vehicles(ORDERS)))
		with as_user(link.user):
			for entity, sent in made:
				counts = take(link, ENTITIES[entity], list(sent))["counts"]
				self.assertEqual(0, counts["rejected"] + counts["waiting"], entity)
			sent = (records.service_orders(ORDERS), records.service_orders(ORDERS), records.service_orders(ORDERS, changed=True))
			counts = [take(link, ENTITIES["service_order"], list(each))["counts"] for each in sent]
		self.assertEqual([ORDERS, 0, 0], [each["created"] for each in counts])
		self.assertEqual([0, ORDERS, ORDERS * 9 // 10], [each["unchanged"] for each in counts])
		self.assertEqual(ORDERS // 10, counts[2]["updated"])
		names = dms_inside.names(link.name, ORDERS, ORDERS)
		document = dms.as_document(next(records.service_orders(ORDERS)), names)
		self.assertTrue(frappe.get_doc({"doctype": "C4S Service Visit", **document}).insert().name)

	def test_a_file_holds_a_line_a_record(self):
		(file,) = records.packed(records.service_orders(ORDERS))
		lines = gzip.decompress(file).decode().splitlines()
		self.assertEqual(list(records.service_orders(ORDERS)), [json.loads(line) for line in lines])

	def test_requests_hold_all_records_once(self):
		with TemporaryDirectory() as folder:
			bodies = dms_pushing.written("service_order", records.in_requests(records.service_orders(ORDERS), 15), Path(folder))
			answered = [Answering(), Answering()]
			counts = list(dms_pushing.sent(answered, bodies))
		numbers = [record["external_id"] for link in answered for body in link.bodies for record in body["records"]]
		self.assertEqual([sorted(numbers), 3], [sorted(record["external_id"] for record in records.service_orders(ORDERS)), len(counts)])

	def test_table_and_picture(self):
		taken = dms.Taken("", 1000, 0.25, {}, 1.0, {"web": 0.1, "worker": 0.2, "database": 0.1}, {"web": 100.0, "worker": 200.0, "database": 300.0})
		each = {dms.NEW: taken, dms.SAME: taken, dms.CHANGED: taken}
		sizes = [{"orders": orders, dms.FILES: each, dms.REQUESTS: each} for orders in dms.SIZES]
		result = {"sizes": sizes, "one_by_one": dms.Taken("", 300, 7.5, {}, 1.0), "loaded": {"orders": 1000, "rows": 6000, "seconds": 0.1}}
		self.assertIn("100 times as fast as one by one", dms.page(result))
		self.assertTrue(dms.is_right(result))
		self.assertIn("orders/s, new, requests", dms.picture(result))
		taken.grew = dms.FLAT_MB + 1
		self.assertFalse(dms.is_right(result))

	def test_memory_and_time_of_a_process_and_its_children(self):
		with Watch({"this": [os.getpid()]}) as watch:
			sum(range(3_000_000))
		self.assertGreater(watch.most("this"), 10)
		self.assertGreater(watch.processor["this"], 0)
