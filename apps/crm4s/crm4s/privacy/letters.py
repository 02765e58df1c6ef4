"""Letters of the last weeks in the framework's queue: packed for the wire, so that no search of tables reads them."""

from collections.abc import Sequence
from email import message_from_string
from email.message import Message

import frappe

from crm4s.privacy import attached
from crm4s.rows.ranges import in_slices

QUEUE = "Email Queue"
LETTERS_OF_ONE_TURN = 200


def remove(words: Sequence[str]) -> int:
	"""Take away the letters in which one of the words stands, whoever got them, in the caller's transaction; how many."""
	queue, count = frappe.qb.DocType(QUEUE), 0
	for rows in in_slices(frappe.qb.from_(queue).select(queue.name, queue.message), queue.name, LETTERS_OF_ONE_TURN):
		found = [row.name for row in rows if names_one(row.message or "", words)]
		attached.remove_queued(found)
		count += len(found)
	return count


def names_one(letter: str, words: Sequence[str]) -> bool:
	text = "\n".join(_texts(message_from_string(letter)))
	return any(word in text for word in words)


def _texts(letter: Message) -> list[str]:
	parts = [part for part in letter.walk() if part.get_content_maintype() == "text"]
	return [(part.get_payload(decode=True) or b"").decode(part.get_content_charset() or "utf-8", "replace") for part in parts]
