"""In which stage of the relationship a customer is: won, growing, mature, drifting away, ended."""

from dataclasses import dataclass

import numpy as np

ACQUISITION, GROWTH, MATURITY, DECLINE, ENDED = STAGES = ("Acquisition", "Growth", "Maturity", "Decline", "Ended")
# Away for longer than this many times the usual interval of his own, or gone with more than even chance, a customer drifts away.
DECLINE_FACTOR, DECLINE_RISK = 1.5, 0.5


@dataclass(frozen=True)
class Rhythm:
	"""How long customers stay away between two visits, and from when on they are given up.

	Attributes:
		usual_days: of the middle one of all customers who came again.
		given_up_factor: so many times the interval without a visit.
	"""

	usual_days: float
	given_up_factor: float

	def interval(self, frequency, recency_days) -> np.ndarray:
		"""Days between two visits: one's own where they are longer than usual; usual for who came once."""
		frequency = np.asarray(frequency, dtype=float)
		own = np.divide(recency_days, frequency, out=np.zeros(len(frequency)), where=frequency > 0)
		return np.maximum(own, self.usual_days)

	def given_up(self, frequency, recency_days, days_away) -> np.ndarray:
		return np.asarray(days_away) > self.given_up_factor * self.interval(frequency, recency_days)

	def spent(self, frequency, recency_days, days_away) -> np.ndarray:
		"""How much of the time until one is given up has passed, 0 to 1."""
		return np.clip(np.asarray(days_away, dtype=float) / (self.given_up_factor * self.interval(frequency, recency_days)), 0, 1)

	def overdue(self, frequency, recency_days, days_away) -> np.ndarray:
		"""How much of the time between the next visit by rhythm and being given up has passed, 0 to 1."""
		interval = self.interval(frequency, recency_days)
		return np.clip((np.asarray(days_away, dtype=float) - interval) / (max(self.given_up_factor - 1, 0.1) * interval), 0, 1)


def usual_interval(frequency, recency_days, otherwise: float) -> float:
	"""Days between two visits of the middle one of all customers who came again, each by the mean of its own; `otherwise` where nobody did.

	Each customer counts once: a fleet with hundreds of visits does not set the pace of the others.
	"""
	frequency, recency_days = np.asarray(frequency, dtype=float), np.asarray(recency_days, dtype=float)
	again = (frequency > 0) & (recency_days > 0)
	return float(np.median(recency_days[again] / frequency[again])) if again.any() else otherwise


def stages(frequency, recency_days, days_away, risk, given_up, rhythm: Rhythm, mature_from: int) -> np.ndarray:
	"""The stage of each customer.

	Args:
		frequency: days with a visit after the first one.
		risk: probability to leave, 0 to 1.
		given_up: whether the recency rule gave up on the customer.
		mature_from: days with a visit, the first included, from which on a customer is mature.
	"""
	frequency = np.asarray(frequency)
	late = np.asarray(days_away) > DECLINE_FACTOR * rhythm.interval(frequency, recency_days)
	drifting = late | (np.asarray(risk) > DECLINE_RISK)
	codes = np.select([given_up, drifting, frequency == 0, frequency + 1 < mature_from], [4, 3, 0, 1], 2)
	return np.array(STAGES, dtype=object)[codes]
