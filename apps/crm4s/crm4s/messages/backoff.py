"""When a message is tried again: each time after twice as long, and never all at the same moment. Pure."""

LONGEST_WAIT_SECONDS = 6 * 3600
# A provider that says when may say up to a day.
LONGEST_WISH_SECONDS = 24 * 3600
SPREAD = 0.2


def wait_seconds(attempts: int, first_wait_seconds: int, luck: float, wished_seconds: float | None = None, longest_seconds: int = LONGEST_WAIT_SECONDS) -> float:
	"""Seconds to wait after so many attempts.

	Args:
		attempts: how many were made, at least 1.
		luck: a random number from 0 to 1, which spreads the waits by a fifth to both sides.
		wished_seconds: what the provider asked for; it is waited at least that long, up to a day.
		longest_seconds: after which a wait grows no further.
	"""
	# Beyond 2 ** 30 the exponent only costs.
	wait = min(max(first_wait_seconds, 1) * 2 ** min(attempts - 1, 30), longest_seconds)
	spread = wait * (1 - SPREAD + 2 * SPREAD * luck)
	return max(spread, min(wished_seconds or 0, LONGEST_WISH_SECONDS))
