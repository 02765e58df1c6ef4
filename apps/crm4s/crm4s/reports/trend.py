"""A time up to today in days or weeks, and daily figures gathered into them."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Span:
	"""`count` periods of `days` days each; the last one holds today. Weeks begin on Monday."""

	count: int
	days: int

	def starts(self, today: date) -> list[date]:
		"""The first day of each period, oldest first."""
		last = today - timedelta(days=today.weekday()) if self.days == 7 else today
		return [last - timedelta(days=self.days * back) for back in reversed(range(self.count))]


# Long times belong to the reports: a workspace is opened all day.
SPANS = {
	"Last 30 Days": Span(30, 1),
	"Last 90 Days": Span(90, 1),
	"Last 12 Weeks": Span(12, 7),
	"Last 26 Weeks": Span(26, 7),
}


def gather(starts: list[date], daily: dict[date, float]) -> list[float]:
	"""The sum of the daily figures in each period that begins at `starts`; days before the first one do not count."""
	sums = [0.0] * len(starts)
	for day, figure in daily.items():
		position = sum(start <= day for start in starts) - 1
		if position >= 0:
			sums[position] += figure
	return sums


def averages(sums: list[float], counts: list[float]) -> list[float]:
	"""sum ÷ count of each period with one decimal; where nothing was counted the average stays where it was, before the first one where it begins.

	A line that falls to 0 in a week without answers would say that everybody was dissatisfied. 0 where nothing was counted at all.
	"""
	known = next((round(total / count, 1) for total, count in zip(sums, counts, strict=True) if count), 0.0)
	found = []
	for total, count in zip(sums, counts, strict=True):
		known = round(total / count, 1) if count else known
		found.append(known)
	return found
