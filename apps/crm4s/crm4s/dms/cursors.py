"""Places in the feed and in a snapshot, as they are handed to the other side. What they look like is no part of the contract."""

import base64
import binascii
import json

from frappe import _

from crm4s.dms.problems import Problem, problem

FEED, PAGE = "f", "s"


def of_position(position: int) -> str:
	return _written([FEED, position])


def position_of(cursor: str | None) -> int:
	"""The position behind which to go on; 0 for the beginning.

	Raises:
		Problem: nobody was given such a cursor.
	"""
	return _read(cursor, FEED, 2)[1] if cursor else 0


def of_page(entity: str, after: str, tail: int) -> str:
	return _written([PAGE, entity, after, tail])


def page_of(cursor: str, entity: str) -> tuple[str, int]:
	"""Behind which document the page begins, and the position where the feed begins afterwards."""
	_kind, of_entity, after, tail = _read(cursor, PAGE, 4)
	if of_entity != entity:
		raise _wrong()
	return after, tail


def _written(parts: list) -> str:
	return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, kind: str, length: int) -> list:
	try:
		parts = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
	except (ValueError, binascii.Error, UnicodeError):
		raise _wrong() from None
	if not isinstance(parts, list) or len(parts) != length or parts[0] != kind or not isinstance(parts[-1], int) or parts[-1] < 0:
		raise _wrong()
	if not all(isinstance(part, str) for part in parts[:-1]):
		raise _wrong()
	return parts


def _wrong() -> Problem:
	return problem("bad_cursor", _("Send a cursor as you were given it, or none to begin anew."))
