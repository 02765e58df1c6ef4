"""Pictures that people send: read as pictures and written anew, so that neither a place nor a program comes along."""

import io

import frappe
from frappe import _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_BYTES, MOST_PIXELS, LONGEST_SIDE = 8 * 1024 * 1024, 50_000_000, 1600
KINDS = ("JPEG", "PNG", "WEBP")


class PictureError(ValueError):
	"""No picture, or too large a one; the message is a sentence for whoever sent it."""


def read(upload) -> bytes | None:
	"""The picture of a form's file field as a JPEG of at most 1,600 pixels; None where none was chosen.

	Raises:
		PictureError: no picture, or too large.
	"""
	data = upload.stream.read(LARGEST_BYTES + 1) if upload and upload.filename else b""
	if not data:
		return None
	if len(data) > LARGEST_BYTES:
		raise PictureError(_("The photo is too large; {0} MB is the most.").format(LARGEST_BYTES // 1024 // 1024))
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
		raise PictureError(_("The photo cannot be read; take a JPEG, PNG or WebP picture.")) from None
	return written.getvalue()


def keep(doctype: str, name: str, picture: bytes, prefix: str):
	"""The private File that the picture becomes, attached to a document that the caller may write."""
	return frappe.get_doc(
		{
			"doctype": "File", "file_name": f"{prefix}-{frappe.generate_hash(length=6)}.jpg", "is_private": 1,
			"attached_to_doctype": doctype, "attached_to_name": name, "content": picture,
		}
	).insert(ignore_permissions=True)
