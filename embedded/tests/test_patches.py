"""The patches that no request shows, tested inside the site; each test fails without its patch."""

import os
import re
import sys
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from embedded.tests.inside import connected

needs_site = unittest.skipUnless(os.environ.get("CRM4S_TEST_SITE_PATH"), "needs a site: CRM4S_TEST_SITE_PATH")


@needs_site
class Inside(unittest.TestCase):
	def setUp(self):
		context = connected()
		self.frappe = context.__enter__()
		self.addCleanup(context.__exit__, None, None, None)


class Downloads(Inside):
	def test_chinese_names_travel_in_latin_1_headers(self):
		from frappe.utils import response

		header = response.content_disposition('维修 "单".xlsx')
		header.encode("latin-1")
		self.assertIn("filename*=UTF-8''%E7%BB%B4%E4%BF%AE_", header)
		self.assertNotIn("\n", response.content_disposition("a\r\nSet-Cookie: b.csv").split(";")[1])

	def test_every_kind_of_download_has_a_text_header(self):
		from frappe.utils import response

		for kind in ("csv", "txt", "raw", "pdf", "binary"):
			with self.subTest(kind):
				values = {"doctype": "维修单", "result": "x", "filename": "维修单.pdf", "filecontent": b"x"}
				with mock.patch.object(self.frappe.local, "response", self.frappe._dict(values)):
					header = getattr(response, f"as_{kind}")().headers["Content-Disposition"]
				self.assertIsInstance(header, str)
				header.encode("latin-1")


class ArgumentTypes(Inside):
	def test_types_of_whitelisted_methods_are_checked(self):
		from frappe.utils.typing_validations import validate_argument_types

		class Anything:
			pass

		@validate_argument_types
		def method(number: int, thing: Anything = None) -> tuple:
			return number, thing

		self.assertEqual(method("3")[0], 3)
		self.assertIsInstance(method(1, Anything())[1], Anything)
		with self.assertRaises(self.frappe.exceptions.FrappeTypeError):
			method("three")


class FieldNames(Inside):
	def test_a_name_is_cleaned_once_and_always_clean(self):
		from frappe.database import query

		fields = ["name", "modified as changed"]
		self.frappe.qb.get_query("User", fields=fields)
		with mock.patch.object(query.sqlparse, "format", side_effect=AssertionError("parsed again")):
			self.frappe.qb.get_query("User", fields=fields)
		for written in ("name /* or not */", "name -- or not"):
			for _time in range(2):
				self.assertNotIn("or not", str(self.frappe.qb.get_query("User", fields=[written])))


class BackgroundJobs(Inside):
	def test_ids_are_what_rq_accepts_and_stay_distinct(self):
		from frappe.utils.background_jobs import create_job_id

		names = ("data_import::x.y", "data_import__x.y", "data_import__x_y", "a b", "维修", "维护")
		made = [create_job_id(name) for name in names]
		for job_id in made:
			self.assertRegex(job_id, r"^[A-Za-z0-9_-]+$")
		self.assertEqual(len(set(made)), len(names))

	def test_a_job_is_queued_found_and_belongs_to_the_site(self):
		from frappe.core.doctype.rq_job.rq_job import filter_current_site_jobs
		from frappe.utils.background_jobs import create_job_id, get_redis_conn, is_job_enqueued
		from rq.job import Job

		name = "attack::test.job"
		job = self.frappe.enqueue("frappe.ping", job_id=name, queue="long")
		self.addCleanup(Job.delete, job)
		self.assertEqual(job.id, create_job_id(name))
		self.assertIn(is_job_enqueued(name), (True, False))
		self.assertEqual(filter_current_site_jobs([job.id, "other__x"]), [job.id])
		self.assertEqual(Job.fetch(job.id, connection=get_redis_conn()).id, job.id)

	def test_workers_and_aware_times(self):
		from frappe.core.doctype.rq_worker.rq_worker import compute_utilization
		from frappe.utils.data import convert_utc_to_timezone
		from frappe.utils.doctor import get_workers

		self.assertIsInstance(get_workers(), list)
		hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
		worker = mock.Mock(birth_date=hour_ago, total_working_time=1800)
		self.assertAlmostEqual(compute_utilization(worker), 50, delta=1)
		local = convert_utc_to_timezone(datetime(2026, 1, 1, tzinfo=timezone.utc), "Asia/Shanghai")
		self.assertEqual(local.hour, 8)


class DatabaseConnection(Inside):
	def test_tls_is_switched_off_by_setting(self):
		settings = self.frappe.db.get_connection_settings
		with mock.patch.dict(self.frappe.local.conf, {"db_ssl_disabled": 1}):
			self.assertTrue(settings()["ssl_disabled"])
		with mock.patch.dict(self.frappe.local.conf, {"db_ssl_disabled": 0}):
			self.assertNotIn("ssl_disabled", settings())


class Telemetry(Inside):
	def test_frappe_starts_and_counts_nothing_without_its_client(self):
		import frappe.utils.telemetry as telemetry

		self.assertNotIn("posthog", sys.modules)
		telemetry.capture("event", "app")


class StaticData(Inside):
	def test_the_old_middleware_refuses_to_be_used(self):
		from frappe.middlewares import StaticDataMiddleware

		with self.assertRaises(RuntimeError) as refused:
			StaticDataMiddleware(lambda environ, start_response: [], {"/files": "/"})
		self.assertIn("any file of the site", str(refused.exception))


class ServerScripts(Inside):
	def test_only_the_owner_of_the_machine_turns_them_on(self):
		from frappe.utils.safe_exec import ServerScriptNotEnabled, safe_exec

		common = "frappe.get_common_site_config"
		for config in ({}, {"server_script_enabled": 0}, {"server_script_enabled": "0"}):
			with self.subTest(config), mock.patch(common, return_value=self.frappe._dict(config)):
				with mock.patch.dict(self.frappe.local.conf, {"server_script_enabled": 1}):
					with self.assertRaises(ServerScriptNotEnabled):
						safe_exec("x = 1")
		with mock.patch(common, return_value=self.frappe._dict(server_script_enabled=1)):
			self.assertEqual(safe_exec("x = 1", None, found := {})[1], found)
			self.assertEqual(found["x"], 1)

	def test_the_sites_own_config_does_not_count(self):
		self.assertNotIn("db_name", self.frappe.get_common_site_config())

	def test_scripts_do_not_rewrite_the_program(self):
		from frappe.utils.safe_exec import safe_exec

		with mock.patch("frappe.get_common_site_config", return_value=self.frappe._dict(server_script_enabled=1)):
			with self.assertRaises(SyntaxError):
				safe_exec("frappe.get_doc.x = 1")
			self.assertFalse(self.frappe.flags.in_safe_exec)


class Templates(Inside):
	FORBIDDEN = (
		"{{ frappe.db.sql('select 1') }}",
		"{{ frappe.db.set_value('User', 'Guest', 'bio', 'x') }}",
		"{{ frappe.db.commit() }}",
		"{{ frappe.qb.from_('User').select('name').run() }}",
		"{{ frappe.delete_doc('ToDo', 'x') }}",
		"{{ frappe.enqueue('frappe.ping') }}",
		"{{ frappe.make_get_request('http://127.0.0.1') }}",
		"{{ frappe.call('frappe.ping') }}",
		"{{ FrappeClient('http://127.0.0.1') }}",
		"{{ frappe.get_doc('User', 'Guest').save() }}",
		"{{ frappe.get_doc('User', 'Guest').db_set('bio', 'x') }}",
		"{{ frappe.get_doc('User', 'Guest').add_roles('System Manager') }}",
		"{{ frappe.get_doc('User', 'Guest').get_password('x') }}",
	)

	def test_they_read_and_nothing_else(self):
		for template in self.FORBIDDEN:
			with self.subTest(template), self.assertRaises(Exception):
				self.frappe.render_template(template, {})
		self.assertFalse(self.frappe.db.get_value("User", "Guest", "bio"))

	def test_no_way_to_the_inner_objects(self):
		def generator():
			yield 1

		for attribute in ("gi_frame", "gi_code", "gi_frame.f_back", "__class__", "gi_yieldfrom"):
			with self.subTest(attribute):
				template = "{{ it|attr('" + attribute.split(".")[0] + "') }}"
				rendered = self.frappe.render_template(template, {"it": generator()}, safe_render=False)
				self.assertNotIn("frame object", rendered)
				self.assertNotIn("code object", rendered)
				self.assertNotIn("class", rendered.replace("__class__", ""))

	def test_what_templates_use_works(self):
		for template, expected in (
			("{{ frappe.db.get_value('User', 'Guest', 'name') }}", "Guest"),
			("{{ frappe.get_all('User', {'name': 'Guest'})|length }}", "1"),
			("{{ frappe.get_doc('User', 'Guest').name }}", "Guest"),
			("{{ frappe.utils.flt('1.5') }} {{ '{}'.format(2) }}", "1.5 2"),
			("{{ doc.save }}", "kept"),
		):
			with self.subTest(template):
				self.assertEqual(self.frappe.render_template(template, {"doc": {"save": "kept"}}), expected)


class Rules(Inside):
	def setUp(self):
		super().setUp()
		self.doc = self.frappe.get_doc("User", "Guest")

	def value(self, rule: str):
		return self.frappe.safe_eval(rule, None, {"doc": self.doc})

	def test_conditions_work(self):
		for rule, expected in (
			("doc.name == 'Guest' and not doc.get('x')", True),
			("doc.name in ('Guest', 'x') and len_of > 1", True),
			("[role.role for role in doc.roles][0:1]", ["Guest"]),
			(" int('3') + round(2.4) ", 5),
			("f'{doc.name}!'", "Guest!"),
		):
			with self.subTest(rule):
				self.assertEqual(self.frappe.safe_eval(rule, None, {"doc": self.doc, "len_of": 2}), expected)

	def test_they_do_not_reach_behind_what_they_are_given(self):
		for rule in (
			"doc.__class__",
			"doc._doc_before_save",
			"doc.ﬂags._x",
			"doc.save.__globals__",
			"(x for x in [1]).gi_frame",
			"'{0.__class__}'.format(doc)",
			"__import__('os')",
			"(x := doc)",
			"doc['__dict__']",
			"import os",
		):
			with self.subTest(rule), self.assertRaises((SyntaxError, AttributeError, NameError, TypeError, KeyError)):
				self.value(rule)


class Fields(Inside):
	def columns(self, field: str) -> list:
		from frappe.model.sql_fragment import columns

		return columns(field)

	def test_columns_are_found_in_expressions(self):
		for field, expected in (
			("count(*) as n", []),
			("sum(`tabNote`.`idx`) as secret", [("tabNote", "idx")]),
			("ifnull(secret, 'it''s ) fine')", [(None, "secret")]),
			("max(concat(a, '\\', b', c)) n", [(None, "a"), (None, "c")]),
			("a + b div c", [(None, "a"), (None, "b"), (None, "c")]),
			("group_concat(distinct tabNote.x order by y desc separator ',')", [("tabNote", "x"), (None, "y")]),
		):
			with self.subTest(field):
				self.assertEqual(self.columns(field), expected)

	def test_closed_columns_do_not_hide_in_functions(self):
		from frappe.model import db_query

		with mock.patch.object(db_query, "get_permitted_fields", return_value=["name", "title"]):
			self.frappe.set_user("Guest")
			for field in ("max(content)", "max(title || content)", "ifnull(`tabNote`.`content`, 'x')", "sum(content+0) as name"):
				with self.subTest(field):
					query = db_query.DatabaseQuery("Note")
					query.fields, query.tables, query.linked_table_aliases = [field, "max(title)"], ["`tabNote`"], {}
					query.permission_map, query.parent_doctype, query.as_list = {}, None, False
					query.flags.ignore_permissions = False
					query.apply_fieldlevel_read_permissions()
					self.assertEqual(query.fields, ["max(title)"])


class OAuth(Inside):
	def test_a_cookie_does_not_say_who_it_is(self):
		from frappe.oauth import OAuthWebRequestValidator

		request = self.frappe._dict(
			scopes=["all"], redirect_uri="http://127.0.0.1", headers={"Cookie": "user_id=Administrator"}
		)
		self.frappe.set_user("Guest")
		saved = []
		with mock.patch("frappe.model.document.Document.save", lambda doc, **_: saved.append(doc)):
			with mock.patch.object(self.frappe.db, "commit"):
				OAuthWebRequestValidator().save_authorization_code("client", {"code": "x"}, request)
		self.assertEqual(saved[0].user, "Guest")


class Pdf(Inside):
	def test_weasyprint_loads_from_this_site_only(self):
		from frappe.utils.weasyprint import get_own_url_fetcher

		fetcher = get_own_url_fetcher()
		for url in ("file:///etc/passwd", "http://127.0.0.1:1/", "http://evil.example/x.png", "ftp://evil.example/"):
			with self.subTest(url), self.assertRaises(ValueError) as refused:
				fetcher.fetch(url)
			self.assertIn("is not part of this site", str(refused.exception))
		self.assertEqual(fetcher.fetch("data:text/plain,hello").read(), b"hello")

	def test_the_generator_uses_it(self):
		import inspect

		from frappe.utils import weasyprint

		source = inspect.getsource(weasyprint.PrintFormatGenerator)
		self.assertEqual(len(re.findall(r"HTML\(", source)), source.count("url_fetcher=get_own_url_fetcher()"))

	def test_reports_call_no_other_server(self):
		from frappe.utils import print_format

		with mock.patch.object(print_format, "get_pdf", return_value=b"") as get_pdf:
			with mock.patch.object(print_format, "make_access_log"):
				print_format.report_to_pdf("<img src=http://127.0.0.1:1/>")
		options = get_pdf.call_args.args[1]
		self.assertIn("disable-local-file-access", options)
		self.assertEqual(options["proxy"], "http://0.0.0.0:0")


if __name__ == "__main__":
	unittest.main()
