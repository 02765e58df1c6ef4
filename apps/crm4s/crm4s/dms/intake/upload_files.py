"""The file of an upload, line by line, and the file of its answers, which only grows by whole chunks. Memory stays flat."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import frappe
from frappe.utils import get_files_path

GZIP = b"\x1f\x8b"
LONGEST_LINE = 1_000_000


def open_lines(path: Path) -> BinaryIO:
	"""The text of the file, unpacked where it is packed."""
	with path.open("rb") as file:
		is_packed = file.read(2) == GZIP
	return gzip.open(path, "rb") if is_packed else path.open("rb")


def chunks_of(file: BinaryIO, size: int) -> Iterator[list[bytes]]:
	"""The lines that are left, so many at once; empty ones count, so that numbers of lines are those of the file.

	A line that is too long comes as its beginning, which is no JSON.
	"""
	while lines := [line for line in (_line(file) for _number in range(size)) if line]:
		yield lines


def skip(file: BinaryIO, lines: int) -> None:
	for _number in range(lines):
		_line(file)


def _line(file: BinaryIO) -> bytes:
	line = file.readline(LONGEST_LINE)
	if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
		while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
			pass
		return line[:100] + b"\n"
	return line


def answers_path(upload: str) -> Path:
	return Path(get_files_path(f"dms-answers-{upload}.ndjson.gz", is_private=1))


def add_answers(upload: str, after: int, answers: list[dict[str, Any]]) -> int:
	"""Write answers behind the first `after` bytes, which were committed; what a killed process wrote beyond them is overwritten.

	Returns:
		How many bytes the file has now.
	"""
	text = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
	path = answers_path(upload)
	path.touch()
	with path.open("r+b") as file:
		file.truncate(after)
		file.seek(after)
		# Packed pieces one after the other are one packed file.
		file.write(gzip.compress(text.encode(), 5))
		file.flush()
		os.fsync(file.fileno())
		return file.tell()


def read_answers(upload: str, until: int) -> bytes:
	"""The packed answers that were committed; none yet is an empty packed file."""
	path = answers_path(upload)
	if not until or not path.exists():
		return gzip.compress(b"")
	with path.open("rb") as file:
		return file.read(until)


def remove_answers(upload: str) -> None:
	answers_path(upload).unlink(missing_ok=True)


def keep_file(upload: str, content: bytes) -> str:
	"""Keep what was sent as a private file of the upload; its address."""
	ending = "ndjson.gz" if content.startswith(GZIP) else "ndjson"
	about = {"attached_to_doctype": "C4S DMS Upload", "attached_to_name": upload, "attached_to_field": "file", "is_private": 1}
	file = frappe.get_doc({"doctype": "File", "file_name": f"dms-{upload}.{ending}", "content": content, **about})
	# Who may send was asked at the gate, and by the caller whether it may send this entity.
	return file.insert(ignore_permissions=True).file_url


def sent_path(upload: str) -> Path:
	about = {"attached_to_doctype": "C4S DMS Upload", "attached_to_name": upload, "attached_to_field": "file"}
	return Path(frappe.get_doc("File", about).get_full_path())
