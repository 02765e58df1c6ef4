"""A spreadsheet of a store: uploaded, checked, then imported by a background job. What the job does stands in crm4s/intake/sheets/."""

from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from crm4s.access.own_store import own_store
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.intake.sheets.layouts import LAYOUTS
from crm4s.intake.sheets.templates import comma_separated, workbook

DOCTYPE = "C4S Spreadsheet Import"
NEW, CHECKING, CHECKED, IMPORTING, FINISHED, FAILED = "New", "Checking", "Checked", "Importing", "Finished", "Failed"
UNDER_WAY = (CHECKING, IMPORTING)
WHAT_IS_IMPORTED = ("kind", "dealership", "file")
RESULTS = {
	"status": NEW,
	"progress": 0,
	"message": None,
	"total_rows": 0,
	"created_count": 0,
	"updated_count": 0,
	"unchanged_count": 0,
	"rejected_count": 0,
	"rejected_file": None,
	"started_on": None,
	"ended_on": None,
}
HOURS = 4 * 3600


class C4SSpreadsheetImport(Document):
	def before_insert(self):
		self.dealership = self.dealership or own_store()

	def validate(self):
		self.keep_what_the_job_writes()
		self.validate_store()
		self.validate_file()

	def on_trash(self):
		if self.is_under_way():
			frappe.throw(_("The import is under way; wait until it has ended."))

	def keep_what_the_job_writes(self) -> None:
		"""Results belong to one file, kind and store: with another of these the import begins anew."""
		if self.flags.by_job:
			return
		before = self.get_doc_before_save()
		if before and before.status in UNDER_WAY and self.is_under_way():
			frappe.throw(_("The import is under way; wait until it has ended."))
		if not before or any(before.get(field) != self.get(field) for field in WHAT_IS_IMPORTED):
			self.update(RESULTS)
			self.problems = []
			return
		self.update({field: before.get(field) for field in RESULTS})
		self.problems = before.problems

	def validate_store(self) -> None:
		if frappe.db.get_value("C4S Dealership", self.dealership, "is_group"):
			frappe.throw(_("{0} is a group or region; a spreadsheet belongs to a store.").format(self.dealership))

	def validate_file(self) -> None:
		if not self.file or not self.has_value_changed("file"):
			return
		file = self.readable_file()
		if not file.is_private:
			# Personal data of customers: nobody shall fetch it without logging in.
			file.is_private = 1
			file.save(ignore_permissions=True)
			self.file = file.file_url
		if Path(file.file_name or "").suffix.lower() not in (".csv", ".xlsx"):
			frappe.throw(_("Only Excel workbooks (.xlsx) and CSV files can be imported."))

	def readable_file(self):
		"""The uploaded file, which must be one that the user may read: a path alone proves nothing."""
		for name in frappe.get_all("File", {"file_url": self.file}, pluck="name"):
			file = frappe.get_doc("File", name)
			if (file.attached_to_doctype, file.attached_to_name) == (DOCTYPE, self.name) or file.has_permission("read"):
				return file
		frappe.throw(_("The file does not exist, or you may not read it; upload it here."), frappe.PermissionError)

	def file_name(self) -> str:
		return self.readable_file().file_name or self.file

	def content(self) -> bytes:
		return Path(self.readable_file().get_full_path()).read_bytes()

	# The job

	def start(self, status: str) -> None:
		"""Queue the job, once at a time for each import."""
		self.check_may_run()
		if not self.file:
			frappe.throw(_("Upload a file first."))
		if self.is_under_way():
			frappe.throw(_("The import is under way; wait until it has ended."))
		self.update({"status": status, "progress": 0, "message": None, "started_on": now_datetime(), "ended_on": None})
		self.save_result()
		frappe.enqueue(
			"crm4s.intake.sheets.job.run",
			queue="long",
			timeout=HOURS,
			job_id=self.job_id(),
			deduplicate=True,
			enqueue_after_commit=True,
			name=self.name,
			dry_run=status == CHECKING,
			language=frappe.local.lang,
		)

	def check_may_run(self) -> None:
		"""Who imports must be allowed to write here, and to enter and change what the file holds."""
		self.check_permission("write")
		doctype = LAYOUTS[self.kind].doctype
		for right in ("create", "write"):
			if not frappe.has_permission(doctype, right):
				frappe.throw(
					_("To import a file you need the right to enter and to change what it holds."), frappe.PermissionError
				)

	def is_under_way(self) -> bool:
		return self.status in UNDER_WAY and is_job_enqueued(self.job_id())

	def job_id(self) -> str:
		return f"crm4s_spreadsheet_import_{self.name}"

	def save_result(self) -> None:
		self.flags.by_job = True
		self.save(ignore_permissions=True)
		self.flags.by_job = False

	def attach_rejected(self, content: bytes) -> None:
		"""The file of rejected rows takes the place of the one before."""
		where = {"attached_to_doctype": DOCTYPE, "attached_to_name": self.name, "attached_to_field": "rejected_file"}
		for name in frappe.get_all("File", where, pluck="name"):
			frappe.delete_doc("File", name, ignore_permissions=True)
		file = {"doctype": "File", **where, "file_name": f"{self.name}-rejected.xlsx", "is_private": 1, "content": content}
		self.rejected_file = frappe.get_doc(file).insert(ignore_permissions=True).file_url


@frappe.whitelist(methods=["POST"])
def check(name: str) -> str:
	"""Start the check of an import, which writes nothing but its result; for those who may write the import and its kind of documents."""
	document = frappe.get_doc(DOCTYPE, name)
	document.check_permission("write")
	return _start(document, CHECKING)


@frappe.whitelist(methods=["POST"])
def import_rows(name: str) -> str:
	"""Start the import itself after a check; for those who may write the import and its kind of documents."""
	document = frappe.get_doc(DOCTYPE, name)
	document.check_permission("write")
	if document.status == NEW:
		frappe.throw(_("Check the file first; then import it."))
	return _start(document, IMPORTING)


def _start(document: C4SSpreadsheetImport, status: str) -> str:
	document.start(status)
	return document.status


@frappe.whitelist()
def is_under_way(name: str) -> bool:
	"""Whether the job is queued or running; for those who may read the import."""
	document = frappe.get_doc(DOCTYPE, name)
	document.check_permission("read")
	return document.is_under_way()


@frappe.whitelist()
def template(kind: str, ending: str = "xlsx") -> None:
	"""Download the empty spreadsheet of a kind, in the language of the user; for those who may create imports."""
	if not frappe.has_permission(DOCTYPE, "create"):
		frappe.throw(_("You need the right to create spreadsheet imports."), frappe.PermissionError)
	layout = LAYOUTS.get(kind)
	if not layout or ending not in ("xlsx", "csv"):
		frappe.throw(_("There is no such template."))
	language = frappe.local.lang or "en"
	content = workbook(layout, language) if ending == "xlsx" else comma_separated(layout, language)
	frappe.response.update({"type": "binary", "filename": f"crm4s-{layout.slug}.{ending}", "filecontent": content})


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(DOCTYPE, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if doc.is_new() and not doc.dealership:
		# `before_insert` fills in the user's store.
		return True
	stored = None if doc.is_new() else frappe.db.get_value(DOCTYPE, doc.name, "dealership")
	return has_store_permission(doc, user) and (not stored or has_store_permission(frappe._dict(dealership=stored), user))


def on_doctype_update() -> None:
	frappe.db.add_index(DOCTYPE, ["dealership", "modified"])
