"""Who of ERPNext's customers may be a customer of ours, by tax number and phone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

BY_PHONE, BY_TAX_NUMBER, BY_BOTH = "Phone", "Tax Number", "Phone and Tax Number"


@dataclass(frozen=True)
class Known:
	"""What is known of one of our customers. `owns_phone`: the number is verified, and nobody else's."""

	name: str
	phone: str | None = None
	owns_phone: bool = False
	tax_number: str | None = None


@dataclass(frozen=True)
class Candidate:
	"""One of ERPNext's customers, with all its numbers."""

	name: str
	customer_name: str
	phones: frozenset[str] = frozenset()
	tax_number: str | None = None


@dataclass(frozen=True)
class Verdict:
	"""Who it is for sure; else who it may be, each with what it was found by; neither where nobody fits."""

	same: str | None = None
	doubtful: Sequence[tuple[Candidate, str]] = field(default_factory=tuple)


def judge(ours: Known, candidates: Iterable[Candidate]) -> Verdict:
	"""For sure is who alone has the tax number, or the name together with a phone that is nobody else's; where more than one fits, a person decides."""
	found = [(candidate, reason) for candidate in candidates if (reason := _found_by(ours, candidate))]
	if len(found) == 1 and _is_sure(ours, *found[0]):
		return Verdict(same=found[0][0].name)
	return Verdict(doubtful=tuple(found))


def _found_by(ours: Known, candidate: Candidate) -> str | None:
	by_phone = bool(ours.phone) and ours.phone in candidate.phones
	by_tax_number = bool(ours.tax_number) and ours.tax_number == candidate.tax_number
	if by_phone and by_tax_number:
		return BY_BOTH
	return BY_TAX_NUMBER if by_tax_number else BY_PHONE if by_phone else None


def _is_sure(ours: Known, candidate: Candidate, reason: str) -> bool:
	if reason != BY_PHONE:
		return True
	# Two companies with one switchboard have two tax numbers.
	differs = ours.tax_number and candidate.tax_number and ours.tax_number != candidate.tax_number
	return ours.owns_phone and _folded(ours.name) == _folded(candidate.customer_name) and not differs


def _folded(name: str) -> str:
	return "".join(name.split()).casefold()
