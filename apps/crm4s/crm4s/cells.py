"""Texts of others in tables that somebody opens with a spreadsheet."""

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless_in(rows, *fields: str) -> None:
	"""The same for these fields of each row, where they hold anything."""
	for row in rows:
		for field in fields:
			if row.get(field):
				row[field] = harmless(row[field])


def harmless(cell) -> str:
	"""The text as one that a spreadsheet does not take for a formula."""
	text = str(cell or "")
	return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
