"""What people and other systems wrap around an identifier, taken off again."""

# Chinese input methods type the ASCII signs U+0021–U+007E as U+FF01–U+FF5E, and the space as U+3000.
_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Zero-width and direction marks, which copying out of WeChat or a web page brings along.
_INVISIBLE = (0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF)
_SPACES = (*range(0x09, 0x0E), 0x20, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_DASHES = (0x2D, *range(0x2010, 0x2016), 0x2212, 0xFF0D)
_DOTS = (0x2E, 0xB7, 0x2022, 0x2027, 0x2219, 0x22C5, 0x30FB, 0xFF0E, 0xFF65)

# What the LIKE of a database takes for any letters.
_WILDCARDS = str.maketrans("", "", "%_\\")

_VISIBLE = _TO_HALF_WIDTH | dict.fromkeys(_INVISIBLE)
_IDENTIFYING = _VISIBLE | dict.fromkeys((*_SPACES, *_DASHES, *_DOTS))


def half_width(raw: object) -> str:
	"""The text with full-width signs as ASCII and without invisible marks; a missing value gives an empty text."""
	return "" if raw is None else str(raw).translate(_VISIBLE)


def compact(raw: object) -> str:
	"""`half_width` in capitals and without spaces, hyphens and dots: what is left identifies."""
	return "" if raw is None else str(raw).translate(_IDENTIFYING).upper()


def without_wildcards(raw: str) -> str:
	"""The text as it may stand in a LIKE, with single spaces."""
	return " ".join(raw.translate(_WILDCARDS).split())
