"""The served description, tried by schemathesis: whatever is sent, no answer is a failure of the server or one that is not described."""

import os
import unittest
from importlib.util import find_spec

import frappe

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.tests.caller import call, said
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
EXAMPLES = 1000 if DRILLS else 12
GIVEN_OUT = ("Lead", "Manufacturer Report")


def takes_something(operation: dict) -> bool:
	return bool(operation.get("parameters") or operation.get("requestBody"))


def as_bytes(_context, value) -> bytes:
	"""A file is sent as it is."""
	return value if isinstance(value, bytes) else str(value).encode(errors="replace")


class TestContract(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		if not find_spec("schemathesis"):
			raise unittest.SkipTest("schemathesis is not installed")
		super().setUpClass()
		cls.link = make_link(entities=[*(entity.title for entity in ENTITIES.values()), *GIVEN_OUT], requests_per_minute=0)
		cls.addClassCleanup(frappe.cache.delete_value, "c4s_dms_links")
		cls.headers = {"Authorization": Caller(cls.link.user).token}
		frappe.db.commit()

	def test_no_failure_and_no_answer_that_is_not_described(self):
		import schemathesis
		from hypothesis.errors import Unsatisfiable
		from schemathesis.generation import GenerationMode

		schemathesis.serializer("application/x-ndjson", "application/gzip")(as_bytes)
		schema = schemathesis.openapi.from_dict(said(call(self.link.user, "openapi")))
		schema.config.base_url = ADDRESS
		for found in schema.get_all_operations():
			operation = found.ok()
			for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
				with self.subTest(operation.label, mode=mode.value):
					try:
						self.try_out(operation.as_strategy(generation_mode=mode))
					except Unsatisfiable:
						# What takes nothing cannot be asked wrongly.
						self.assertEqual((GenerationMode.NEGATIVE, False), (mode, takes_something(operation.definition.raw)))

	def try_out(self, cases) -> None:
		from hypothesis import HealthCheck, given, settings
		from schemathesis import checks
		from schemathesis.specs.openapi import checks as described

		wanted = [checks.not_a_server_error, described.status_code_conformance, described.content_type_conformance, described.response_schema_conformance]

		@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
		@given(case=cases)
		def holds(case):
			response = case.call(headers=self.headers, timeout=60)
			case.validate_response(response, checks=wanted)

		holds()
