"""Files that colleagues attach to our documents: their content is what their name says, and nothing that acts in a browser is taken or shown there.

What customers send is read as a picture and written anew (crm4s.pictures).
"""

from pathlib import PurePosixPath
from unicodedata import category

import frappe
from frappe import _

OURS = "C4S "
# A browser runs what these hold with the rights of whoever looks at them.
ACTIVE = frozenset((".htm", ".html", ".js", ".mht", ".mhtml", ".mjs", ".shtml", ".svg", ".svgz", ".swf", ".xht", ".xhtml", ".xml", ".xsl", ".xslt"))
# A computer runs these when somebody opens what he has saved.
PROGRAMS = frozenset((".app", ".bat", ".cmd", ".com", ".dll", ".exe", ".hta", ".jar", ".lnk", ".msi", ".ps1", ".scr", ".sh", ".vbs", ".wsf"))
ZIP, OLD_OFFICE = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0",)
# How the content begins, by the ending of the name; other kinds are kept as they are and shown as text or not at all.
BEGINNINGS = {
	**dict.fromkeys((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
	**dict.fromkeys((".xlsx", ".docx", ".pptx", ".zip"), ZIP),
	**dict.fromkeys((".xls", ".doc", ".ppt"), OLD_OFFICE),
	**{".png": (b"\x89PNG\r\n\x1a\n",), ".gif": (b"GIF8",), ".webp": (b"RIFF",), ".pdf": (b"%PDF-",), ".gz": (b"\x1f\x8b",)},
}
PROGRAM_BEGINNINGS = (b"MZ", b"\x7fELF", b"#!")
PRIVATE = "/private/files/"


def refuse_unfit(file, method: str | None = None) -> None:
	"""Before a file of one of our documents is kept (hook `doc_events`), where a person sends it; what a letter brings comes in as it is.

	Raises:
		frappe.ValidationError: its name or its content is not that of a harmless file.
	"""
	ours = (file.attached_to_doctype or "").startswith(OURS)
	if not ours or file.is_folder or file.is_remote_file or not getattr(frappe.local, "request", None):
		return
	name = file.file_name or ""
	if is_active(name) or _endings(name) & PROGRAMS:
		frappe.throw(_("Files of kind {0} are not kept here, as they can act when they are opened; attach a picture or a PDF.").format(frappe.bold(PurePosixPath(name).suffix)))
	if file.is_new() and not fits(name, _beginning(file)):
		frappe.throw(_("The content of {0} is not what its name says; save it again in its program and attach it anew.").format(frappe.bold(name)))


def show_safely(request, response) -> None:
	"""After a request (hook `after_request`): a private file that can act is saved and not shown, whatever serves it."""
	if response is not None and request.path.startswith(PRIVATE) and is_active(request.path):
		response.headers.setdefault("Content-Disposition", "attachment")
		response.headers["Content-Security-Policy"] = "sandbox"
		response.headers["X-Content-Type-Options"] = "nosniff"


def is_active(name: str) -> bool:
	"""Whether one of the endings, wherever it stands, is of what a browser runs; a name that turns itself round counts as such."""
	return bool(_endings(name) & ACTIVE) or any(category(sign) in ("Cc", "Cf") for sign in name)


def fits(name: str, beginning: bytes) -> bool:
	"""Whether a content that begins so can be what its name says."""
	if beginning.startswith(PROGRAM_BEGINNINGS):
		return False
	expected = BEGINNINGS.get(PurePosixPath(name.lower()).suffix)
	return not expected or beginning.startswith(expected)


def _endings(name: str) -> set[str]:
	return {ending.strip() for ending in PurePosixPath(name.lower()).suffixes}


def _beginning(file) -> bytes:
	content = file.get_content()
	return (content.encode() if isinstance(content, str) else content or b"")[:16]
