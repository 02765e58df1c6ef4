"""Pictures that strangers send: read as pictures and written anew, so that neither a place nor a program comes along."""

import io

import frappe
from frappe import _
from PIL import Image, ImageOps, UnidentifiedImageError

from crm4s.surveys.questions import AnswerError

LARGEST_BYTES, MOST_PIXELS, LONGEST_SIDE = 8 * 1024 * 1024, 50_000_000, 1600
KINDS = ("JPEG", "PNG", "WEBP")


def read(upload) -> bytes | None:
	"""The picture of a form's file field as a JPEG of at most 1,600 pixels; None where none was chosen.

	Raises:
		AnswerError: no picture, or too large; a sentence for the customer.
	"""
	data = upload.stream.read(LARGEST_BYTES + 1) if upload and upload.filename else b""
	if not data:
		return None
	if len(data) > LARGEST_BYTES:
		raise AnswerError(_("The photo is too large; {0} MB is the most.").format(LARGEST_BYTES // 1024 // 1024))
	try:
		picture = Image.open(io.BytesIO(data))
		# What the file says of its size, before anything is unpacked.
		if picture.format not in KINDS or picture.width * picture.height > MOST_PIXELS:
			raise ValueError(picture.format)
		picture = ImageOps.exif_transpose(picture).convert("RGB")
		picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
		written = io.BytesIO()
		picture.save(written, "JPEG", quality=82)
	except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
		raise AnswerError(_("The photo cannot be read; take a JPEG, PNG or WebP picture.")) from None
	return written.getvalue()


def keep(response, pictures: dict[str, bytes]) -> None:
	"""Keep the pictures, by row of the question, as private files of the saved response."""
	for row in response.answers:
		if row.question_row in pictures:
			file = frappe.get_doc(
				{
					"doctype": "File", "file_name": f"{response.name}-{row.code}-{frappe.generate_hash(length=6)}.jpg", "is_private": 1,
					"attached_to_doctype": response.doctype, "attached_to_name": response.name, "content": pictures[row.question_row],
				}
			).insert(ignore_permissions=True)
			row.db_set("photo", file.file_url, update_modified=False)
