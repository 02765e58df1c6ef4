"""What became of the messages that were asked for: sent, received, failed, not sent and why, what they cost, what followed."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent

COUNTS = ("asked", "waiting", "sent", "received", "failed", "suppressed", "without_consent", "booked", "answered")


def outcomes(groups: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most messages first: the counts and what follows from them.

	sent counts what left the house, received of it what the customer's side confirmed. sent_percent = sent ÷ (asked − waiting); received_percent = received ÷
	sent; failed_percent = failed ÷ (sent + failed); cost_each = cost ÷ sent; booked_percent = booked ÷ sent; cost_per_booking = cost ÷ booked. None
	where nothing is divided.

	Args:
		groups: key, COUNTS, cost (CNY); several rows a key are added up.
	"""
	sums: dict = {}
	for row in groups:
		held = sums.setdefault(row["key"], dict.fromkeys(COUNTS, 0) | {"cost": 0.0})
		for name in COUNTS:
			held[name] += int(row.get(name) or 0)
		held["cost"] += float(row.get("cost") or 0)
	return sorted(({"key": key, **held, **_shares(held)} for key, held in sums.items()), key=lambda row: (-row["asked"], str(row["key"])))


def _shares(held: Mapping) -> dict:
	sent = held["sent"]
	return {
		"cost": round(held["cost"], 2),
		"sent_percent": percent(sent, held["asked"] - held["waiting"]),
		"received_percent": percent(held["received"], sent),
		"failed_percent": percent(held["failed"], sent + held["failed"]),
		"booked_percent": percent(held["booked"], sent),
		"cost_each": round(held["cost"] / sent, 3) if sent else None,
		"cost_per_booking": round(held["cost"] / held["booked"], 2) if held["booked"] else None,
	}
