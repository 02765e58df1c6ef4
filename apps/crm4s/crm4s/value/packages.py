"""Which service package fits a car on a day, and what its lines cost so that they add up to the price of the package."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from crm4s.value.money import exact, line_amount, to_cents, total

# So that 29 February is a day of a season, too.
LEAP_YEAR = 2024


def season_day(text: str | None) -> tuple[int, int] | None:
	"""Month and day of "11-01"; None for what is no such day."""
	try:
		month, day = (int(number) for number in (text or "").split("-"))
		date(LEAP_YEAR, month, day)
	except ValueError:
		return None
	return month, day


def season_start(season_from: str | None, season_to: str | None, on: date) -> date | None:
	"""The day on which the season began that `on` lies in; None outside of it. A season may run over the turn of the year."""
	first, last = season_day(season_from), season_day(season_to)
	if not first or not last:
		return None
	today = (on.month, on.day)
	if first <= last:
		return _day(on.year, first) if first <= today <= last else None
	if today >= first:
		return _day(on.year, first)
	return _day(on.year - 1, first) if today <= last else None


def in_band(kilometres: int, from_km: int | None, to_km: int | None) -> bool:
	"""Whether the odometer lies in the band; an end that is 0 or None is open, and both ends belong to it."""
	return kilometres >= (from_km or 0) and (not to_km or kilometres <= to_km)


def fits_car(cars: Iterable[Mapping], model: str | None, brand: str | None, energy_type: str | None) -> bool:
	"""Whether one of the rows (`model`, `brand`, `energy_type`, each may be open) means the car; no rows mean every car."""
	rows = list(cars)
	facts = {"model": model, "brand": brand, "energy_type": energy_type}
	return not rows or any(all(not row.get(key) or row.get(key) == value for key, value in facts.items()) for row in rows)


def minutes_of(item_kind: str, quantity: float | None, minutes: int | None) -> int:
	"""Planned minutes of an item: those given, else the hours of labour; parts and charges take none of their own."""
	if minutes:
		return int(minutes)
	return int((exact(quantity) * 60).to_integral_value()) if item_kind == "Labour" else 0


def discounts(lines: Sequence[tuple[float, float]], price: float | None) -> list[Decimal]:
	"""What is taken off each line so that all together cost the price of the package, to the cent.

	Args:
		lines: quantity and unit price of each.
		price: at most the sum of the lines; nothing means their sum.
	"""
	amounts = [line_amount(quantity, unit_price) for quantity, unit_price in lines]
	whole = total(amounts)
	rest = whole - to_cents(price)
	if not to_cents(price) or rest <= 0:
		return [to_cents(0) for _amount in amounts]
	taken, shares = to_cents(0), []
	so_far = to_cents(0)
	for amount in amounts:
		so_far += amount
		# Rounding the running sum leaves no cent over at the end.
		until_here = to_cents(rest * so_far / whole)
		shares.append(until_here - taken)
		taken = until_here
	return shares


def _day(year: int, month_and_day: tuple[int, int]) -> date:
	month, day = month_and_day
	try:
		return date(year, month, day)
	except ValueError:
		return date(year, 3, 1)
