"""What is handed to an adapter, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm4s.messages.decision import Reason, Send


@dataclass(frozen=True)
class Parcel:
	"""A message on its way: `key` stays the same when it is tried again, `values` are those of the placeholders that the template declared."""

	name: str
	key: str
	sending: Send
	message: Mapping
	values: Mapping[str, Any] = field(default_factory=dict)
	declared: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
	"""It was taken; `is_delivered` where nothing further is to be waited for."""

	provider_id: str | None = None
	is_delivered: bool = False


@dataclass(frozen=True)
class Refused:
	"""It is not taken, and will not be."""

	reason: Reason


@dataclass(frozen=True)
class Later:
	"""It was certainly not taken, but may be later."""

	reason: Reason
	wait_seconds: float | None = None


@dataclass(frozen=True)
class Unknown:
	"""Nobody can tell whether it was taken."""

	reason: Reason


Outcome = Accepted | Refused | Later | Unknown
