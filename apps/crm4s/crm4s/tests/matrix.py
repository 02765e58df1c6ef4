"""The permission matrix: who may do what, as a person reviewed it (crm4s/access/matrix.csv, explained in docs/security.md).

The permissions of the document types, and the first lines of the methods, say what is; this file says what shall be.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import crm4s

FILE = Path(crm4s.__file__).resolve().parent / "access" / "matrix.csv"
DOCUMENT, METHOD = "document", "method"
# Letter of a cell to Frappe's name of the right, in the order in which a cell writes them.
RIGHTS = {
	**{"r": "read", "w": "write", "c": "create", "d": "delete", "p": "print"},
	**{"m": "email", "t": "report", "e": "export", "s": "share", "i": "import"},
}
FIRST_ROLE = 4
PORTAL, GUEST = "Portal Customer", "Guest"
# What somebody of one store gets of what belongs to another.
NOTHING, THE_SAME, TO_READ, REFUSED = "nothing", "the same", "to read", "refused"


@dataclass(frozen=True)
class Row:
	"""`takes` names what a method's arguments point to: argument to document type, with a star where it is a list; `fixed` are values that they have."""

	kind: str
	name: str
	takes: dict[str, str]
	fixed: dict[str, str]
	elsewhere: str
	cells: dict[str, str]

	def rights(self, role: str) -> set[str]:
		"""Letters of what the role may do with every document of its stores."""
		return set(re.sub(r"\(.*?\)|\s.*", "", self.cells[role]))

	def rights_on_own(self, role: str) -> set[str]:
		"""Letters of what the role may do with documents that are its own in some sense of their controller."""
		return set("".join(re.findall(r"\((.*?)\)", self.cells[role])))

	def levels(self, role: str) -> tuple[set[int], set[int]]:
		"""The closed field levels that the role reads, and those that it writes."""
		words = re.sub(r"\(.*?\)", "", self.cells[role]).split(" ")[1:]
		return {int(word[0]) for word in words}, {int(word[0]) for word in words if word.endswith("w")}

	def may_call(self, role: str) -> bool:
		return self.cells[role] == "x"

	def is_open_to(self, role: str) -> bool:
		"""Whether the role may call it at all; in brackets where more is asked of the caller, as a signature or a system of his own."""
		return "x" in self.cells[role]


@cache
def rows(kind: str) -> dict[str, Row]:
	"""The rows of a kind by the name of what they are about."""
	with FILE.open(encoding="utf-8", newline="") as file:
		head, *lines = csv.reader(file)
	found = [_row(head[FIRST_ROLE:], line) for line in lines if line[0] == kind]
	return {row.name: row for row in found}


@cache
def roles() -> tuple[str, ...]:
	"""The staff's roles, without prefix."""
	with FILE.open(encoding="utf-8", newline="") as file:
		return tuple(name for name in next(csv.reader(file))[FIRST_ROLE:] if name not in (PORTAL, GUEST))


def _row(columns: list[str], line: list[str]) -> Row:
	kind, name, takes, elsewhere, *cells = line
	pointed, fixed = (dict(part.split(sign) for part in takes.split(", ") if sign in part) for sign in (": ", " = "))
	return Row(kind, name, pointed, fixed, elsewhere, dict(zip(columns, cells, strict=True)))
