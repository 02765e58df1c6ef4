"""A file that leaves says who took it out and when: in its name, and a workbook in its properties as well, where no reader of the table stumbles over it."""

import csv
import io
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import frappe
from frappe.core.doctype.data_export.exporter import get_data_keys
from frappe.utils import now_datetime

PROPERTIES = "docProps/core.xml"
WORKBOOK_BEGINS = b"PK"
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = """<?xml version="1.0" encoding="UTF-8"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>{user}</dc:creator>\
<dc:description>{words}</dc:description><cp:lastModifiedBy>{user}</cp:lastModifiedBy>\
<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>"""


def is_file() -> bool:
	"""Whether the framework is about to send a file, and not a page that says why there is none."""
	return bool(_content())


def rows_of_response() -> int:
	"""How many rows the file holds that the framework is about to send, without its heading."""
	return rows_of_file(_content())


def rows_of_file(content: bytes | str) -> int:
	"""How many rows a workbook or a CSV text holds, without its heading."""
	if isinstance(content, bytes) and content[:2] == WORKBOOK_BEGINS:
		return max(rows_of_workbook(content) - 1, 0)
	text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
	first_cells = [row[0] for row in csv.reader(io.StringIO(text)) if any(row)]
	# The export tool explains its columns above the data, in rows that begin with a word; the data's own begin with none.
	if get_data_keys().columns in first_cells:
		return first_cells.count("")
	return max(len(first_cells) - 1, 0)


def mark_response(words: str) -> None:
	"""Put user and time into the file's name, and `words` into a workbook's properties."""
	content, stamp = _content(), f"{frappe.session.user} {now_datetime():%Y-%m-%d %H%M}"
	if isinstance(content, bytes) and content[:2] == WORKBOOK_BEGINS:
		frappe.response["filecontent"] = marked_workbook(content, frappe.session.user, words)
	if name := frappe.response.get("filename"):
		stem, _dot, extension = name.rpartition(".")
		frappe.response["filename"] = f"{stem} {stamp}.{extension}"
	elif name := frappe.response.get("doctype"):
		frappe.response["doctype"] = f"{name} {stamp}"


def rows_of_workbook(content: bytes) -> int:
	with ZipFile(io.BytesIO(content)) as parts:
		return parts.read(SHEET).count(b"<row ")


def marked_workbook(content: bytes, user: str, words: str) -> bytes:
	"""The workbook with its properties written anew; its sheets stay as they are."""
	marked = io.BytesIO()
	properties = WORKBOOK.format(user=escape(user), words=escape(words), moment=f"{now_datetime():%Y-%m-%dT%H:%M:%S}Z")
	try:
		with ZipFile(io.BytesIO(content)) as parts, ZipFile(marked, "w", ZIP_DEFLATED) as target:
			for part in parts.infolist():
				if part.filename != PROPERTIES:
					target.writestr(part, parts.read(part))
			target.writestr(PROPERTIES, properties)
	except BadZipFile:
		return content
	return marked.getvalue()


def _content() -> bytes | str:
	return frappe.response.get("filecontent") or frappe.response.get("result") or ""
