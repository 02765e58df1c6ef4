"""What happens with one message now: it is sent by a channel, waits, or is not sent at all, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crm4s.messages import texts
from crm4s.messages.kinds import MAIL, NOTICE, TASK
from crm4s.messages.quiet import QuietTime, next_free
from crm4s.messages.standing import GIVEN, WITHDRAWN, refused_by_name, standing

# They ring nobody: one is read when the customer looks, the other is a colleague's work.
SILENT = (NOTICE, TASK)
SEARCH_AGAIN = timedelta(days=1)


# Kinds of reasons for not sending, by which refused messages are counted. Of several the first one here is kept.
KINDS_OF_REASONS = (
	*("Consent Withdrawn", "No Consent", "Address Suppressed", "Open Complaint", "Too Many Messages", "Too Late"),
	*("No Address", "No Channel or Text", "Switched Off", "File Closed", "Not Needed Any More"),
)
CONSENT_WITHDRAWN, NO_CONSENT, ON_SUPPRESSION_LIST, OPEN_COMPLAINT, TOO_MANY, TOO_LATE = KINDS_OF_REASONS[:6]
NO_ADDRESS, NO_WAY, SWITCHED_OFF, FILE_CLOSED, WITHDRAWN_BY_US = KINDS_OF_REASONS[6:]
WITHOUT_CONSENT = (CONSENT_WITHDRAWN, NO_CONSENT)


@dataclass(frozen=True)
class Reason:
	"""A sentence for people, translated where it is shown or kept; `values` fill its {placeholders}. `kind`: of what kind it is as a refusal."""

	template: str
	values: Mapping[str, Any] = field(default_factory=dict)
	kind: str = NO_WAY


def kind_of(reasons: Sequence[Reason]) -> str:
	"""The kind that a refusal for these reasons counts as."""
	return min((reason.kind for reason in reasons), key=KINDS_OF_REASONS.index)


COMPLAINS = Reason("The customer has an open complaint.", kind=OPEN_COMPLAINT)


@dataclass(frozen=True)
class Send:
	channel: Mapping
	address: str
	language: str
	subject: str
	text: str
	# The text as the log keeps it.
	kept_text: str
	kept_subject: str
	provider_template: str | None = None


@dataclass(frozen=True)
class Wait:
	until: datetime
	reason: Reason


@dataclass(frozen=True)
class Refuse:
	"""Something forbids it."""

	reasons: Sequence[Reason]


@dataclass(frozen=True)
class Broken:
	"""Somebody has to mend a template, purpose or channel first."""

	reason: Reason


Verdict = Send | Wait | Refuse | Broken


@dataclass(frozen=True)
class Facts:
	"""All that the decision on one message asks for.

	Attributes:
		message: not_before, not_after, creation, tried_channels and channels as tuples of kinds.
		purpose: the C4S Contact Purpose, None if there is none of that name.
		template: its `enabled`, `declared` (name → whether hidden) and `texts`; None if there is none of that name.
		customer: `language`, `disabled`; None if the file is gone.
		addresses: by kind of channel, normalised.
		channels: by kind, the enabled channel for the message's store.
		decisions: what the customer said, the latest last.
		suppressed: kinds of channels whose address is on the suppression list.
		quiet_times: of the store.
		sent: when the customer was sent messages that count for limits, the latest last.
		values: for the placeholders.
	"""

	message: Mapping
	purpose: Mapping | None
	template: Mapping | None
	customer: Mapping | None
	addresses: Mapping[str, str]
	channels: Mapping[str, Mapping]
	decisions: Sequence[Mapping]
	suppressed: frozenset[str]
	quiet_times: Sequence[QuietTime]
	sent: Sequence[datetime]
	values: Mapping[str, Any]
	unsubscribe_link: str = ""
	# A complaint of the customer is not closed yet.
	complains: bool = False


def decide(facts: Facts, now: datetime) -> Verdict:
	"""What happens with the message at `now`."""
	if not facts.customer or facts.customer["disabled"]:
		return Refuse([Reason("The customer's file is closed.", kind=FILE_CLOSED)])
	if not facts.purpose:
		return Broken(Reason("There is no such purpose any more."))
	if not facts.template:
		return Broken(Reason("There is no such template any more."))
	if not facts.purpose["enabled"] or not facts.template["enabled"]:
		return Refuse([Reason("The purpose or the template is switched off.", kind=SWITCHED_OFF)])
	if _is_too_late(facts, now):
		return Refuse([Reason("It could not be sent in time.", kind=TOO_LATE)])
	if leave_alone(facts):
		return Refuse([COMPLAINS])
	return _by_first_allowed(facts, now)


def _by_first_allowed(facts: Facts, now: datetime) -> Verdict:
	reasons = []
	for kind in facts.message["channels"]:
		if kind in facts.message["tried_channels"]:
			continue
		refusal = why_not(facts, kind)
		if refusal:
			reasons.append(refusal)
			continue
		try:
			sending = word(facts, kind)
		except texts.MissingValueError as missing:
			return Broken(Reason("{channel}: {name} has no value.", {"channel": kind, "name": "{" + missing.name + "}"}))
		if not sending:
			reasons.append(Reason("{channel}: the template has no text for it.", {"channel": kind}))
			continue
		return _not_now(facts, kind, now) or sending
	return Refuse(reasons or [Reason("No channel is left.")])


def leave_alone(facts: Facts) -> bool:
	"""Whoever waits for the end of a complaint gets no marketing meanwhile."""
	return bool(facts.complains and facts.purpose.get("is_marketing"))


def why_not(facts: Facts, kind: str) -> Reason | None:
	"""Why the message may not go by a kind of channel; None if it may."""
	purpose, named = facts.purpose, {"channel": kind}
	if leave_alone(facts):
		return COMPLAINS
	if kind not in facts.channels:
		return Reason("{channel}: no such channel is switched on.", named)
	if not facts.addresses.get(kind):
		return Reason("{channel}: the customer has no address for it.", named, NO_ADDRESS)
	said = standing(facts.decisions, purpose["name"], kind)
	if purpose["needs_consent"] and said != GIVEN:
		if said == WITHDRAWN:
			return Reason("{channel}: the customer has withdrawn the consent.", named, CONSENT_WITHDRAWN)
		return Reason("{channel}: the customer has given no consent.", named, NO_CONSENT)
	if purpose["ignores_suppression"]:
		return None
	if refused_by_name(facts.decisions, purpose["name"], kind):
		return Reason("{channel}: the customer has withdrawn the consent.", named, CONSENT_WITHDRAWN)
	if kind in facts.suppressed:
		return Reason("{channel}: the address is on the suppression list.", named, ON_SUPPRESSION_LIST)
	return None


def word(facts: Facts, kind: str) -> Send | None:
	"""The message as it goes out by a kind of channel; None where the template says nothing for it.

	Raises:
		MissingValueError: a placeholder has no value.
	"""
	language = facts.customer["language"] or "zh"
	text = texts.choose(facts.template["texts"], kind, language)
	if not text:
		return None
	channel, language = facts.channels[kind], text["language"]
	body = _with_lines(facts, channel, text["body"])
	values = {**facts.values, "unsubscribe_link": facts.unsubscribe_link, "portal_link": texts.PORTAL_LINK}
	hidden = [name for name, is_hidden in facts.template["declared"].items() if is_hidden and values.get(name)]
	kept = {**values, **dict.fromkeys((*hidden, "unsubscribe_link", "portal_link"), texts.HIDDEN)}
	return Send(
		channel,
		facts.addresses[kind],
		language,
		texts.fill(text["subject"], values, language),
		texts.fill(body, values, language),
		texts.fill(body, kept, language),
		texts.fill(text["subject"], kept, language),
		text["provider_template"],
	)


def _with_lines(facts: Facts, channel: Mapping, body: str) -> str:
	before, behind = channel["signature"] or "", channel["unsubscribe_line"] or ""
	if not facts.purpose["needs_consent"] or "unsubscribe_link" in texts.names_in(body):
		behind = ""
	# On the line of the text where it is a text message, below it where it is a letter.
	gap = "\n\n" if channel["channel_kind"] == MAIL else ""
	return before + body + (gap if behind else "") + behind


def _not_now(facts: Facts, kind: str, now: datetime) -> Verdict | None:
	purpose = facts.purpose
	if kind not in SILENT and not purpose["ignores_quiet_times"]:
		free = next_free(now, facts.quiet_times)
		if free != now:
			return Wait(free or now + SEARCH_AGAIN, Reason("Quiet time of the store."))
	return _beyond_limit(facts, now)


def _beyond_limit(facts: Facts, now: datetime) -> Verdict | None:
	most, days = facts.purpose["most_messages"], facts.purpose["within_days"]
	if not most:
		return None
	lately = [moment for moment in facts.sent if moment > now - timedelta(days=days)]
	if len(lately) < most:
		return None
	if facts.purpose["beyond_limit"] == "Drop":
		return Refuse([Reason("The customer had as many messages as we send within {days} days.", {"days": days}, TOO_MANY)])
	return Wait(lately[-most] + timedelta(days=days), Reason("The customer had as many messages as we send within {days} days.", {"days": days}))


def _is_too_late(facts: Facts, now: datetime) -> bool:
	if facts.message["not_after"] and now > facts.message["not_after"]:
		return True
	days = facts.purpose["keep_days"]
	since = facts.message["not_before"] or facts.message["creation"]
	return bool(days) and now > since + timedelta(days=days)


