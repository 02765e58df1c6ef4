"""Photos and signatures that come from a phone: pictures and nothing else, kept as private files of their document."""

import base64
import binascii
import io

import frappe
from frappe import _
from PIL import Image, UnidentifiedImageError

from crm4s.exceptions import WalkRoundError

LARGEST_PHOTO, LARGEST_SIGNATURE = 8 * 1024 * 1024, 400 * 1024
# A file of a few bytes may say that it is larger than any memory.
MOST_PIXELS = 50_000_000
KINDS_OF_PICTURE = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def keep_picture(document, content: str, label: str) -> str:
	"""Keep a picture as a private file of a document; its URL. What is no picture is refused before anything is written.

	Args:
		content: the file in base64, also as a data URL.
		label: what the file's name says besides the document's.
	"""
	picture, ending = checked_picture(content, LARGEST_PHOTO)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{document.name}-{label}-{frappe.generate_hash(length=6)}.{ending}",
			"attached_to_doctype": document.doctype,
			"attached_to_name": document.name,
			"is_private": 1,
			"content": picture,
		}
	).insert(ignore_permissions=True)
	return file.file_url


def ensure_picture(url: str | None, document) -> None:
	"""Refuse a file that is no picture, or that belongs to another document."""
	name = frappe.db.get_value("File", {"file_url": url or "", "attached_to_doctype": document.doctype, "attached_to_name": document.name})
	own = name or frappe.db.get_value("File", {"file_url": url or "", "attached_to_name": ["is", "not set"], "owner": frappe.session.user})
	if not own:
		_refuse_picture()
	content = frappe.get_doc("File", own).get_content()
	_refuse_no_picture(content if isinstance(content, bytes) else b"")


def checked_signature(signature: str) -> str:
	"""The signature as a data URL, written anew, so that nothing but the picture comes along."""
	if not signature.startswith("data:image/"):
		frappe.throw(_("The signature is not a picture."), WalkRoundError)
	data, ending = checked_picture(signature, LARGEST_SIGNATURE)
	kind = "jpeg" if ending == "jpg" else ending
	return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def checked_picture(content: str, largest: int) -> tuple[bytes, str]:
	"""The bytes of a picture and the ending of its file name; refused if it is none, or too large."""
	try:
		data = base64.b64decode(content.rpartition(",")[2], validate=True)
	except (binascii.Error, ValueError):
		_refuse_picture()
	if len(data) > largest:
		frappe.throw(_("The picture is too large; {0} MB is the most.").format(round(largest / 1024 / 1024, 1)), WalkRoundError)
	return data, KINDS_OF_PICTURE[_refuse_no_picture(data)]


def _refuse_no_picture(data: bytes) -> str:
	"""The kind of a picture."""
	try:
		picture = Image.open(io.BytesIO(data))
		if picture.format not in KINDS_OF_PICTURE or picture.width * picture.height > MOST_PIXELS:
			_refuse_picture()
		kind = picture.format
		picture.verify()
	except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
		_refuse_picture()
	return kind


def _refuse_picture() -> None:
	frappe.throw(_("This file is no picture; take a photo or choose a JPEG or PNG."), WalkRoundError)
