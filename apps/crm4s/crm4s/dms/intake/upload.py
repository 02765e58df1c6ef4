"""A file of many records, taken in by a job chunk by chunk. How far it has come is committed with each chunk, so that the next job goes on there."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.utils import add_to_date, cint, now_datetime

from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.intake.push import STATES, require_rights, take
from crm4s.dms.intake.sweep import acting_for
from crm4s.dms.intake.upload_files import add_answers, chunks_of, keep_file, open_lines, read_answers, sent_path, skip
from crm4s.dms.links import Link
from crm4s.dms.problems import problem
from crm4s.runs import commit, rollback
from crm4s.turns import turn

UPLOAD = "C4S DMS Upload"
QUEUED, UNDER_WAY, FINISHED, FAILED = "Queued", "Under Way", "Finished", "Failed"
CHUNK = 2000
HOURS = 12 * 3600
# A job that says nothing for so long is dead.
QUIET_MINUTES = 3
# So many jobs may end with an error at the same place of the file before a person has to look.
MOST_TRIES = 3
MEGABYTE = 1024**2
# A small packed file can unpack to anything: so many times the largest file, and so many lines, are read.
MOST_TIMES, MOST_LINES = 100, 10_000_000


def receive(link: Link, entity: Entity, content: bytes) -> dict:
	"""Keep a file of records and queue the job.

	Raises:
		Problem: the file is too large.
		frappe.PermissionError: the link's user may not enter or change these documents.
	"""
	require_rights(entity)
	if not content.strip():
		raise problem("invalid", _("The file holds no record."))
	limit = largest_file()
	if len(content) > limit:
		raise problem("too_large", _("A file may have {0} MB; pack it with gzip or send several.").format(limit // MEGABYTE))
	upload = frappe.get_doc({"doctype": UPLOAD, "link": link.name, "entity": entity.title, "status": QUEUED, "file_bytes": len(content)})
	upload.flags.ignore_permissions = True
	upload.insert()
	upload.db_set("file", keep_file(upload.name, content), update_modified=False)
	queue(upload.name)
	return state(link, upload.name)


def largest_file() -> int:
	"""In bytes, as it is sent."""
	return cint(frappe.conf.get("crm4s_dms_upload_megabytes")) * MEGABYTE or get_max_file_size()


def queue(name: str) -> None:
	frappe.enqueue("crm4s.dms.intake.upload.run", queue="long", timeout=HOURS, enqueue_after_commit=True, name=name)


def own_upload(link: Link, name: str):
	"""
	Raises:
		Problem: the link has no such upload.
	"""
	found = frappe.db.get_value(UPLOAD, {"name": name, "link": link.name}, "*", as_dict=True)
	if not found:
		raise problem("not_found", _("This link has no upload of this number."))
	return found


def state(link: Link, name: str) -> dict:
	"""How far an upload has come."""
	upload = own_upload(link, name)
	entity = next(entity.code for entity in ENTITIES.values() if entity.title == upload.entity)
	about = {"upload": name, "entity": entity, "status": upload.status.lower().replace(" ", "_"), "progress": upload.progress, "lines": upload.lines_done}
	return {**about, "counts": {each: upload[f"{each}_count"] for each in STATES}, "message": upload.message}


def answers(link: Link, name: str) -> bytes:
	"""The packed answers so far, one a line."""
	return read_answers(name, own_upload(link, name).result_bytes)


# The job
# -------


def resume_all() -> None:
	"""Each minute: go on with uploads whose job was killed, ended with an error or never began."""
	quiet = add_to_date(now_datetime(), minutes=-QUIET_MINUTES)
	for name in frappe.get_all(UPLOAD, {"status": ["in", (QUEUED, UNDER_WAY)], "modified": ["<", quiet]}, pluck="name"):
		queue(name)


def run(name: str) -> None:
	"""Take in what is left of an upload; one job at a time."""
	with turn(f"dms.upload.{name}") as mine:
		if not mine:
			return
		rollback()
		upload = frappe.get_doc(UPLOAD, name)
		if upload.status not in (QUEUED, UNDER_WAY):
			return
		with acting_for(upload.link) as link:
			if link:
				_work_or_note(upload, link)


def _work_or_note(upload, link: Link) -> None:
	"""What is wrong with a record is said in its line; whatever else goes wrong may pass, so the clock tries again a few times."""
	try:
		_work(upload, link)
	except Exception:
		rollback()
		frappe.log_error(title=f"DMS upload {upload.name}", message=frappe.get_traceback())
		tries = 1 + frappe.db.get_value(UPLOAD, upload.name, "tries")
		if tries < MOST_TRIES:
			_note(upload, tries=tries)
			commit()
		else:
			_end(upload, FAILED, _("The job ended with an error; the administrator finds it in the Error Log. What was taken in stays."))


def _work(upload, link: Link) -> None:
	entity = next(entity for entity in ENTITIES.values() if entity.title == upload.entity)
	_note(upload, status=UNDER_WAY, began_on=upload.began_on or now_datetime())
	commit()
	path = sent_path(upload.name)
	with open_lines(path) as file:
		skip(file, upload.lines_done)
		for lines in chunks_of(file, CHUNK):
			if file.tell() > MOST_TIMES * largest_file() or upload.lines_done >= MOST_LINES:
				_end(upload, FAILED, _("The file unpacks to more than is read at once; send several smaller ones. What was taken in before stays."))
				return
			_take_chunk(upload, link, entity, lines)
			_note(upload, progress=min(99, _place(file) * 100 // max(path.stat().st_size, 1)))
			commit()
	_end(upload, FINISHED, None)


def _take_chunk(upload, link: Link, entity: Entity, lines: list[bytes]) -> None:
	"""In one transaction: the records, their answers, and how far we are."""
	read = [(number, *_read(line)) for number, line in enumerate(lines, start=upload.lines_done + 1) if line.strip()]
	taken = take(link, entity, [record for _number, record, fault in read if not fault])["results"] if read else []
	told, results = iter(taken), []
	for number, _record, fault in read:
		results.append({"line": number, **(fault or next(told))})
	size = add_answers(upload.name, upload.result_bytes, results)
	counts = {f"{each}_count": upload.get(f"{each}_count") + sum(result["state"] == each for result in results) for each in STATES}
	_note(upload, lines_done=upload.lines_done + len(lines), result_bytes=size, tries=0, **counts)


def _read(line: bytes) -> tuple[Any, dict | None]:
	try:
		return json.loads(line), None
	except (ValueError, RecursionError):
		message = _("This line is not JSON.")
		return None, {"external_id": None, "state": "rejected", "errors": [{"code": "bad_json", "field": "", "message": message}]}


def _place(file) -> int:
	"""How many bytes of the file as it was sent are read."""
	return getattr(file, "fileobj", file).tell()


def _end(upload, status: str, message: str | None) -> None:
	_note(upload, status=status, message=message, ended_on=now_datetime(), **({"progress": 100} if status == FINISHED else {}))
	commit()


def _note(upload, **values: Any) -> None:
	"""By the job only, which has its turn; the document's own rules are for people."""
	upload.update(values)
	frappe.db.set_value(UPLOAD, upload.name, values)
