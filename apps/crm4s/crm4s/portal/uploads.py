"""Photos that customers send with a form."""

import frappe
from frappe import _

from crm4s import pictures

MOST = 6


def read_pictures(files, field: str, most: int = MOST) -> list[bytes]:
	"""The photos of a form's file field, each written anew as JPEG; what the file is, its content says.

	Raises:
		frappe.ValidationError: too many, too large, or no photo; nothing is kept then.
	"""
	chosen = [upload for upload in files.getlist(field) if upload.filename] if files else []
	if len(chosen) > most:
		frappe.throw(_("{0} photos are the most; please choose fewer.").format(most))
	try:
		read = [pictures.read(upload) for upload in chosen]
	except pictures.PictureError as error:
		frappe.throw(str(error))
	return [picture for picture in read if picture]


def attach(doctype: str, name: str, found: list[bytes], prefix: str) -> list[str]:
	"""Keep photos as private files of a document that is proven to be the sender's.

	Returns:
		Addresses of the files as a field of the document keeps them (`file_url`); customers open them by crm4s.portal.files.
	"""
	return [pictures.keep(doctype, name, picture, prefix).file_url for picture in found]
