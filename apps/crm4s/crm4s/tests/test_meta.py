"""What gives a poor Frappe app away, looked for in ours."""

import ast
import importlib
import json
import re
from pathlib import Path

import frappe
from frappe.model.document import Document
from frappe.tests.utils import FrappeTestCase

import crm4s
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings

PACKAGE = Path(crm4s.__file__).resolve().parent
DOCTYPES = PACKAGE / "crm4s" / "doctype"
KNOWN_HOOKS = {
	*("app_name", "app_title", "app_publisher", "app_description", "app_email", "app_license", "app_logo_url"),
	*("after_install", "after_migrate", "before_uninstall", "after_uninstall", "before_tests", "fixtures"),
	*("permission_query_conditions", "has_permission", "scheduler_events", "doc_events", "doctype_js", "doctype_list_js"),
	*("app_include_js", "app_include_css", "extend_bootinfo", "boot_session", "jinja", "website_route_rules"),
	*("auth_hooks", "before_request", "after_request", "before_job", "after_job", "override_whitelisted_methods", "portal_menu_items", "has_website_permission", "role_home_page", "on_login"),
	*("page_renderer", "on_session_creation", "get_translated_dict", "export_python_type_annotations", "ignore_links_on_delete"),
	*("treeviews", "standard_queries", "add_to_apps_screen", "user_data_fields", "default_log_clearing_doctypes"),
	"override_doctype_class", "web_include_js",
	# Our own.
	*("c4s_open_call", "c4s_escalation_subjects", "c4s_changes_noted", "c4s_mask_changes"),
}
EVENTS = {
	*("before_insert", "after_insert", "before_validate", "validate", "before_save", "on_update", "on_trash", "after_delete"),
	*("before_naming", "autoname", "before_rename", "after_rename", "on_change", "onload", "before_print"),
}


def json_of(folder: Path) -> dict:
	return json.loads((folder / f"{folder.name}.json").read_text())


def document_types() -> dict[str, dict]:
	folders = [folder for folder in DOCTYPES.iterdir() if (folder / f"{folder.name}.json").exists()]
	return {definition["name"]: definition | {"folder": folder} for folder in folders for definition in [json_of(folder)]}


def python_files() -> list[Path]:
	return [path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts]


def compares_names(node: ast.AST) -> bool:
	"""Whether it is a filter of a query like ["name", ">", …] or {"name": [">", …]}."""
	if isinstance(node, ast.Dict):
		pairs = [(key, value.elts[0]) for key, value in zip(node.keys, node.values) if isinstance(value, (ast.List, ast.Tuple)) and value.elts]
	else:
		pairs = [node.elts[:2]] if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 3 else []
	said = [[part.value if isinstance(part, ast.Constant) else None for part in pair] for pair in pairs]
	return any(field == "name" and operator in (">", ">=", "<", "<=", "between") for field, operator in said)


def dotted_paths(value) -> list[str]:
	if isinstance(value, str):
		return [value] if value.startswith("crm4s.") else []
	values = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
	return [path for item in values for path in dotted_paths(item)]


class TestHooks(FrappeTestCase):
	def setUp(self):
		self.tree = ast.parse((PACKAGE / "hooks.py").read_text())

	def names(self) -> list[str]:
		return [node.targets[0].id for node in self.tree.body if isinstance(node, ast.Assign)]

	def test_every_hook_is_known_to_frappe_and_assigned_once(self):
		public = [name for name in self.names() if not name.startswith("_")]
		self.assertEqual([], sorted(set(public) - KNOWN_HOOKS))
		self.assertEqual(len(public), len(set(public)))

	def test_every_dotted_path_in_the_hooks_resolves(self):
		hooks = importlib.import_module("crm4s.hooks")
		paths = [path for name in self.names() for path in dotted_paths(getattr(hooks, name))]
		self.assertTrue(paths)
		for path in paths:
			self.assertTrue(callable(frappe.get_attr(path)), path)

	def test_no_two_jobs_have_one_name(self):
		"""Frappe calls a job by the last two parts of its path; of two of one name the first never runs."""
		paths = dotted_paths(importlib.import_module("crm4s.hooks").scheduler_events)
		names = [".".join(path.split(".")[-2:]) for path in set(paths)]
		self.assertEqual([], sorted({name for name in names if names.count(name) > 1}))

	def test_no_event_is_hooked_on_every_document(self):
		events = getattr(importlib.import_module("crm4s.hooks"), "doc_events", {})
		self.assertNotIn("*", events)

	def test_permission_hooks_come_in_pairs(self):
		hooks = importlib.import_module("crm4s.hooks")
		tables = {name for name, definition in document_types().items() if definition.get("istable")}
		self.assertEqual(set(hooks.permission_query_conditions) - tables, set(hooks.has_permission))

	def test_the_rows_of_every_guarded_document_are_guarded(self):
		guarded = importlib.import_module("crm4s.hooks").permission_query_conditions
		for name, definition in document_types().items():
			for field in definition["fields"]:
				if name in guarded and field["fieldtype"] == "Table":
					self.assertIn(field["options"], guarded)

	def test_every_document_of_a_store_is_guarded(self):
		guarded = set(importlib.import_module("crm4s.hooks").permission_query_conditions)
		for name, definition in document_types().items():
			fields = {field["fieldname"] for field in definition["fields"]}
			if "dealership" in fields and not definition.get("istable"):
				self.assertIn(name, guarded)


class TestDealings(FrappeTestCase):
	"""A store's dealings with its customers, which other stores read where the group shares them: told by their field `dealership`."""

	def dealings(self) -> dict[str, dict]:
		return {
			name: definition
			for name, definition in document_types().items()
			for field in definition["fields"]
			if field["fieldname"] == "dealership" and field.get("reqd") and field.get("ignore_user_permissions")
			if not definition.get("istable")
		}

	def test_each_is_listed_to_other_stores_where_the_group_shares_them(self):
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.addCleanup(frappe.db.rollback)
		change_settings(stores_share_dealings=1)
		hooks = importlib.import_module("crm4s.hooks")
		for name in self.dealings():
			condition = frappe.get_attr(hooks.permission_query_conditions[name])("nobody@example.com")
			self.assertIn(f" or `tab{name}`.", condition, name)

	def test_each_gives_new_documents_the_own_store_and_offers_own_stores(self):
		for name, definition in self.dealings().items():
			files = definition["folder"] / definition["folder"].name
			self.assertIn("take_own_store(self)", files.with_suffix(".py").read_text(), name)
			self.assertIn("crm4s.own_store.offer(frm)", files.with_suffix(".js").read_text(), name)
			tests = (definition["folder"] / f"test_{definition['folder'].name}.py").read_text()
			self.assertIn("DealingTests", tests, name)

	def test_cards_count_the_own_stores_only(self):
		for path in (PACKAGE / "crm4s" / "number_card").glob("*/*.json"):
			card = json.loads(path.read_text())
			if card["document_type"] in self.dealings():
				own = [card["document_type"], "dealership", "in", "crm4s.own_store.names()", False]
				self.assertIn(own, json.loads(card.get("dynamic_filters_json") or "[]"), path.stem)


class TestGlobalSearch(FrappeTestCase):
	def test_what_belongs_to_a_store_is_not_in_the_frameworks_global_search(self):
		# It asks nobody whether the reader sees the document: docs/decisions/search-bar.md.
		guarded = set(importlib.import_module("crm4s.hooks").permission_query_conditions)
		for name, definition in document_types().items():
			searched = [field["fieldname"] for field in definition["fields"] if field.get("in_global_search")]
			if name in guarded or definition.get("istable"):
				self.assertEqual([], searched, name)
				self.assertFalse(definition.get("show_name_in_global_search"), name)


class TestDocumentTypes(FrappeTestCase):
	def test_every_link_leads_to_a_document_type_that_exists(self):
		for name, definition in document_types().items():
			for field in definition["fields"]:
				if field["fieldtype"] in ("Link", "Table", "Table MultiSelect"):
					self.assertTrue(frappe.db.exists("DocType", field["options"]), f"{name}.{field['fieldname']}")

	def test_lists_offer_no_filter_that_is_closed_to_the_reader(self):
		for name, definition in document_types().items():
			if any(field.get("permlevel") and field.get("in_standard_filter") for field in definition["fields"]):
				script = definition["folder"] / f"{definition['folder'].name}_list.js"
				self.assertIn("crm4s.lists.hide_closed_filters(list)", script.read_text(), name)

	def test_no_index_is_the_beginning_of_another(self):
		"""Each index is written with every row; the longer one finds what the shorter one finds."""
		statistics = frappe.qb.Schema("information_schema").statistics
		query = (
			frappe.qb.from_(statistics)
			.select(statistics.table_name, statistics.index_name, statistics.column_name, statistics.non_unique)
			.where((statistics.table_schema == frappe.conf.db_name) & statistics.table_name.like("tabC4S %"))
			.orderby(statistics.table_name, statistics.index_name, statistics.seq_in_index)
		)
		indexes: dict[tuple, list] = {}
		for table, index, column, repeats in query.run():
			indexes.setdefault((table, index, repeats), []).append(column)
		shorter = [
			(table, index, other)
			for (table, index, repeats), columns in indexes.items()
			for (of, other, _repeats), longer in indexes.items()
			if of == table and other != index and repeats and longer[: len(columns)] == columns
		]
		self.assertTrue(indexes)
		self.assertEqual([], shorter)

	def test_an_index_of_one_field_is_said_by_the_field(self):
		"""Else the framework drops it when an admin adds a field of the own, and the next migrate does not bring it back."""
		for path in (PACKAGE / "crm4s" / "doctype").glob("*/*.py"):
			tree = ast.parse(path.read_text())
			calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_index"]
			for call in calls:
				self.assertFalse(isinstance(call.args[1], ast.List) and len(call.args[1].elts) == 1, f"{path.name}: search_index in the JSON instead of {ast.unparse(call)}")

	def test_field_order_names_every_field_once(self):
		for name, definition in document_types().items():
			fields = [field["fieldname"] for field in definition["fields"]]
			self.assertEqual(sorted(fields), sorted(definition["field_order"]), name)
			self.assertEqual(len(fields), len(set(fields)), name)

	def test_every_field_that_a_controller_uses_is_in_the_json(self):
		for name, definition in document_types().items():
			path = definition["folder"] / f"{definition['folder'].name}.py"
			known = {field["fieldname"] for field in definition["fields"]} | set(dir(Document))
			known |= {"name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "lft", "rgt"}
			known |= {"parent", "parenttype", "parentfield", "doctype", "flags", "meta", "is_group", "old_parent"}
			for controller in [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]:
				used = {
					node.attr
					for node in ast.walk(controller)
					if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
				}
				own = {node.name for node in controller.body if isinstance(node, ast.FunctionDef)}
				own |= {target.id for node in controller.body if isinstance(node, ast.Assign) for target in node.targets}
				unknown = {field for field in used - known - own if not field.startswith("_")}
				inherited = {field for field in unknown if hasattr(frappe.get_doc({"doctype": name}).__class__, field)}
				self.assertEqual(set(), unknown - inherited, name)

	def test_every_document_type_has_tests_beside_it(self):
		for definition in document_types().values():
			folder = definition["folder"]
			if not definition.get("istable"):
				self.assertTrue((folder / f"test_{folder.name}.py").exists(), folder.name)

	def test_every_document_type_says_who_may_read_it(self):
		for name, definition in document_types().items():
			if not definition.get("istable"):
				self.assertTrue(definition["permissions"], name)
				for row in definition["permissions"]:
					self.assertTrue(row["role"].startswith("C4S ") or row["role"] == "System Manager", f"{name}: {row['role']}")

	def test_no_controller_method_is_named_like_an_event_that_nobody_calls(self):
		everything = "\n".join(path.read_text() for path in python_files())
		for definition in document_types().values():
			path = definition["folder"] / f"{definition['folder'].name}.py"
			for controller in [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]:
				for node in controller.body:
					if isinstance(node, ast.FunctionDef) and re.match(r"(on|after|before)_\w+", node.name):
						called = f".{node.name}(" in everything
						self.assertTrue(node.name in EVENTS or called, f"{path.name}: {node.name}")


class TestCode(FrappeTestCase):
	def test_whitelisted_methods_ask_for_permission_first(self):
		asks = re.compile(r"has_permission|check_permission|only_for|only_|assert_|permitted|may_|require_")
		for path in python_files():
			for node in ast.walk(ast.parse(path.read_text())):
				if not isinstance(node, ast.FunctionDef) or not any("whitelist" in ast.dump(d) for d in node.decorator_list):
					continue
				# The gate of the DMS link asks before the method begins.
				if any("gate.opened" in ast.unparse(d) for d in node.decorator_list):
					continue
				body = node.body[1:] if ast.get_docstring(node) else node.body
				# The document may be needed to ask about it.
				beginning = "\n".join(ast.unparse(statement) for statement in body[:2])
				self.assertRegex(beginning, asks, f"{path.name}: {node.name} does something before it asks")

	def test_no_error_is_swallowed_by_a_bare_except(self):
		for path in python_files():
			for node in ast.walk(ast.parse(path.read_text())):
				if isinstance(node, ast.ExceptHandler):
					self.assertIsNotNone(node.type, f"{path}:{node.lineno}")

	def test_values_never_become_part_of_a_querys_text(self):
		"""The builder's own text doubles quotes and leaves backslashes: `queries.select_from` keeps values apart."""
		for path in python_files():
			for node in ast.walk(ast.parse(path.read_text())):
				called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
				self.assertNotEqual("get_sql", called, f"{path}: {getattr(node, 'lineno', '')}")

	def test_no_filter_compares_names(self):
		"""Older releases ask for coalesce(name, ''), which no index answers: `rows.ranges` goes through names."""
		for path in python_files():
			for function in ast.walk(ast.parse(path.read_text())):
				if isinstance(function, ast.FunctionDef) and any(map(compares_names, ast.walk(function))):
					asked = {word.arg for node in ast.walk(function) if isinstance(node, ast.Call) for word in node.keywords}
					self.assertIn("ignore_ifnull", asked, f"{path}: {function.name}")

	def test_every_patch_can_be_imported(self):
		for line in (PACKAGE / "patches.txt").read_text().splitlines():
			if line.startswith("crm4s."):
				self.assertTrue(callable(importlib.import_module(line.split()[0]).execute), line)

	def test_the_style_of_a_page_reaches_that_page_only(self):
		"""The desk keeps the styles of every page that was opened: one class in two sheets would draw the other page anew."""
		sheets = {path.name: path.read_text() for folder in ("crm4s/page/*/*.css", "public/css/*.css") for path in PACKAGE.glob(folder)}
		begun = [(name, styled) for name, text in sheets.items() for styled in set(re.findall(r"^\s*\.(c4s-[\w-]+)", text, re.M))]
		# What the appointment desk and the dispatch board share on purpose.
		begun = [(name, styled) for name, styled in begun if not styled.startswith("c4s-ad")]
		used = {name: set(re.findall(r"\.(c4s-[\w-]+)", text)) for name, text in sheets.items()}
		self.assertEqual([], [(name, styled, other) for name, styled in begun for other in used if other != name and styled in used[other]])

	def test_the_pure_packages_do_not_import_frappe(self):
		for folder in ("identifiers", "calendars", "value", "reports"):
			for path in (PACKAGE / folder).rglob("*.py"):
				imported = {
					name.name.split(".")[0]
					for node in ast.walk(ast.parse(path.read_text()))
					if isinstance(node, (ast.Import, ast.ImportFrom))
					for name in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
				}
				self.assertNotIn("frappe", imported, str(path))

	def test_the_repository_and_the_app_ask_for_the_same_packages(self):
		app = PACKAGE.parent / "pyproject.toml"
		repository = PACKAGE.parent.parent.parent / "pyproject.toml"
		if not repository.exists() or not app.exists():
			self.skipTest("installed without the repository around it")
		tomllib = importlib.import_module("tomllib")
		wanted = [tomllib.loads(path.read_text())["project"]["dependencies"] for path in (app, repository)]
		self.assertEqual(*wanted)
