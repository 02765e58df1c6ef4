"""Files and records of other systems that name many people. One that names an erased person goes as a whole: what it said was taken in long ago."""

import gzip
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import frappe

from crm4s.dms.intake.upload_files import answers_path
from crm4s.privacy import attached, traces

FILE = "File"
# Types of documents whose files name many people, and the fields that lead to them.
HOLDERS = {
	"C4S Spreadsheet Import": ("file", "rejected_file"),
	"C4S DMS Upload": ("file",),
	"Data Import": ("import_file",),
	"Prepared Report": (),
}
# Records that wait to be taken in: they would bring the person back.
RECORDS = ("C4S Quarantined Lead", "C4S DMS Waiting Record")
GZIP, ZIP = b"\x1f\x8b", b"PK"
BLOCK = 4 * 1024 * 1024
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def remove(words: Sequence[str]) -> int:
	"""Take away files and waiting records in which one of the words stands, in the caller's transaction; how many."""
	return _remove_records(words) + sum(_remove_files(doctype, fields, words) for doctype, fields in HOLDERS.items())


def names_one(path: Path, words: Sequence[str]) -> bool:
	"""Whether a file, packed or a workbook, holds one of the words in a usual encoding; a file that is gone holds none."""
	wanted = {word.encode(encoding) for word in traces.spellings(words) for encoding in ENCODINGS}
	if not wanted or not path.is_file():
		return False
	overlap = max(map(len, wanted))
	return any(_holds(blocks, wanted, overlap) for blocks in _contents(path))


def _remove_records(words: Sequence[str]) -> int:
	count = 0
	for doctype in RECORDS:
		names = _rows_with(doctype, words)
		attached.remove(doctype, names)
		frappe.db.delete(doctype, {"name": ["in", names or [""]]})
		count += len(names)
	return count


def _rows_with(doctype: str, words: Sequence[str]) -> list[str]:
	found: set[str] = set()
	fields = {trace.column for trace in traces.find(words, only=[f"tab{doctype}"])}
	for field in fields:
		for word in traces.spellings(words):
			found.update(frappe.get_all(doctype, {field: ["like", f"%{word}%"]}, pluck="name", order_by=None))
	return sorted(found)


def _remove_files(doctype: str, fields: Sequence[str], words: Sequence[str]) -> int:
	count = 0
	for row in frappe.get_all(FILE, {"attached_to_doctype": doctype, "is_folder": 0}, ["name", "file_url", "attached_to_name"], order_by=None):
		if (path := _path_of(row.file_url)) and names_one(path, words):
			attached.remove_file(row.name)
			for field in fields:
				frappe.db.set_value(doctype, {"name": row.attached_to_name, field: row.file_url}, field, None, update_modified=False)
			count += 1
	return count + (_remove_answers(words) if doctype == "C4S DMS Upload" else 0)


def _path_of(url: str | None) -> Path | None:
	"""Where a file lies on our disk; None for one that lies elsewhere."""
	folder, name = ("private", url.removeprefix("/private/")) if (url or "").startswith("/private/files/") else ("public", (url or "").lstrip("/"))
	return Path(frappe.get_site_path(folder, name)) if name.startswith("files/") else None


def _remove_answers(words: Sequence[str]) -> int:
	"""What we answered to a file of records lies beside it."""
	count = 0
	for upload in frappe.get_all("C4S DMS Upload", pluck="name"):
		path = answers_path(upload)
		if names_one(path, words):
			path.unlink()
			count += 1
	return count


def _contents(path: Path) -> Iterator[Iterator[bytes]]:
	"""The blocks of the file, or of each part of a packed one."""
	with path.open("rb") as file:
		beginning = file.read(2)
		file.seek(0)
		if beginning == ZIP and zipfile.is_zipfile(file):
			with zipfile.ZipFile(file) as archive:
				for part in archive.namelist():
					yield _blocks(archive.open(part))
		elif beginning == GZIP:
			yield _blocks(gzip.open(BytesIO(file.read()), "rb"))
		else:
			yield _blocks(file)


def _blocks(file) -> Iterator[bytes]:
	while block := file.read(BLOCK):
		yield block


def _holds(blocks: Iterator[bytes], wanted: set[bytes], overlap: int) -> bool:
	end = b""
	for block in blocks:
		text = end + block
		if any(word in text for word in wanted):
			return True
		end = text[-overlap:]
	return False
