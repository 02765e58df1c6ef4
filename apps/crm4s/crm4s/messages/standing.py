"""Which of a customer's decisions counts for a purpose and a channel. Pure."""

from collections.abc import Iterable, Mapping

from crm4s.messages.kinds import EVERY

GIVEN, WITHDRAWN = "Given", "Withdrawn"


def standing(decisions: Iterable[Mapping], purpose: str, channel_kind: str) -> str | None:
	"""The latest decision that covers the purpose and the channel, by name or as one of all; None if there is none."""
	covering = [
		row["decision"]
		for row in decisions
		if (not row["purpose"] or row["purpose"] == purpose) and row["channel_kind"] in (channel_kind, EVERY)
	]
	return covering[-1] if covering else None


def refused_by_name(decisions: Iterable[Mapping], purpose: str, channel_kind: str) -> bool:
	"""Whether the customer withdrew from this very purpose, which holds for purposes that need no consent, too."""
	return standing([row for row in decisions if row["purpose"] == purpose], purpose, channel_kind) == WITHDRAWN
