"""The description of the contract says what the methods are, and the one that is checked in is the present one."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms import gate, problems, v1
from crm4s.dms.contract import checked_in
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.tests.caller import call, said

PATH = "/api/method/crm4s.dms.v1."


def references(value):
	if isinstance(value, dict):
		yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else ())
		value = list(value.values())
	if isinstance(value, list):
		for one in value:
			yield from references(one)


class TestDescription(FrappeTestCase):
	def setUp(self):
		self.described = json.loads(checked_in.text())

	def test_every_method_of_v1_is_in_it_as_the_framework_lets_it_be_called(self):
		methods = {name for name, value in vars(v1).items() if getattr(value, "__module__", "") == v1.__name__ and value in frappe.whitelisted}
		self.assertEqual({PATH + name for name in methods}, set(self.described["paths"]))
		for name in methods:
			http = frappe.allowed_http_methods_for_whitelisted_func[getattr(v1, name)]
			self.assertEqual((sorted(http), sorted(http)), (sorted(gate.METHODS[name].http), sorted(one.upper() for one in self.described["paths"][PATH + name])), name)

	def test_everything_that_it_names_is_in_it(self):
		for reference in set(references(self.described)):
			found = self.described
			for step in reference.removeprefix("#/").split("/"):
				self.assertIn(step, found, reference)
				found = found[step]

	def test_every_refusal_is_told(self):
		for path, operations in self.described["paths"].items():
			for operation in operations.values():
				self.assertLessEqual({str(status) for status in problems.STATUS.values()}, set(operation["responses"]), path)

	def test_every_entity_has_an_example_that_it_would_take(self):
		for code, entity in ENTITIES.items():
			examples = (entity.model.model_config.get("json_schema_extra") or {}).get("examples")
			self.assertTrue(examples, f"{code} has no example")
			for example in examples:
				entity.model.model_validate(example)

	def test_it_is_served_to_links_with_the_address_of_the_site(self):
		frappe.db.savepoint("described")
		self.addCleanup(frappe.db.rollback, save_point="described")
		served = said(call(make_link().user, "openapi"))
		self.assertEqual([{"url": frappe.utils.get_url()}], served.pop("servers"))
		self.assertEqual(served, {name: value for name, value in self.described.items() if name != "servers"})
		self.assertEqual(401, call("Guest", "openapi").status_code)

	def test_the_checked_in_one_is_the_present_one(self):
		if not checked_in.FILE.parent.exists():
			self.skipTest("installed without the repository around it")
		self.assertEqual(checked_in.FILE.read_text(encoding="utf-8"), checked_in.text(), checked_in.write.__doc__)
