"""The forecasts alone: how long customers by the ten thousand to the million take, and what comes out of the CDNOW log. Pure; no site.

	python -m benchmarks.value_forecast simulate FILE N             make histories of N customers
	python -m benchmarks.value_forecast histories FILE LOG UNTIL    those of a CDNOW log up to a day
	python -m benchmarks.value_forecast measure|golden FILE         forecasts of the histories in FILE, as JSON

Made-up customers come at their own rhythm and leave as the model says (benchmarks/value_peer.py forecasts the same ones with `lifetimes`).
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.memory import Memory
from crm4s.value.customers import bg_nbd, gamma_gamma
from crm4s.value.customers.lifetime_value import lifetime_value

WEEKS_OF_YEAR, YEARS, RATE, COST = 365.25 / 7, 5, 0.03, 100.0
GOLDEN_WEEKS = 39
SEED, LONGEST_WEEKS = 7, 450
# r, alpha, a, b of the people who are made up: about nine purchases in up to nine years, days apart.
RHYTHM, LEAVING = (1.6, 30.0), (0.6, 6.0)


def simulate(path: Path, customers: int) -> None:
	chance = np.random.default_rng(SEED)
	rate, leave = chance.gamma(RHYTHM[0], 1 / RHYTHM[1], customers), chance.beta(*LEAVING, customers)
	age = np.ceil(chance.uniform(7, LONGEST_WEEKS * 7, customers)) / 7
	frequency, last, now, there = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.ones(customers, dtype=bool)
	while there.any():
		# Purchases fall on days; two on one day are one.
		now[there] = np.ceil((now[there] + chance.exponential(1 / rate[there])) * 7) / 7
		there &= now <= age
		frequency[there] += 1
		last[there] = now[there]
		there &= chance.random(customers) > leave
	mean = chance.gamma(4 * np.maximum(frequency, 1), chance.gamma(4, 1 / 600.0, customers) ** -1 / 4) / np.maximum(frequency, 1)
	np.savez(path, frequency=frequency, recency=last, age=age, mean=mean)


def measure(path: Path) -> dict:
	"""Seconds, megabytes and the sum of what comes out."""
	# A running server has loaded them; the peer's are loaded before its clock, too.
	import scipy.optimize
	import scipy.special
	import threadpoolctl  # noqa: F401

	stored = np.load(path)
	histories, mean = [stored[name] for name in ("frequency", "recency", "age")], stored["mean"]
	taken = Memory.of(_forecast, histories, mean)
	model, amounts, values = taken["result"]
	return {
		"customers": len(mean), "purchases": int(histories[0].sum()) + len(mean), **{name: taken[name] for name in ("seconds", "processor", "megabytes")},
		"parameters": [model.r, model.alpha, model.a, model.b, amounts.p, amounts.q, amounts.v], "sum": float(values.sum()),
	}


def _forecast(histories: list[np.ndarray], mean: np.ndarray):
	model = bg_nbd.fit(*histories)
	again = (histories[0] > 0) & (mean > 0)
	amounts = gamma_gamma.fit(histories[0][again], mean[again])
	# As the nightly run does it: what those bring who stay, by the chance that they do.
	by_year = model.expected_if_staying([WEEKS_OF_YEAR * year for year in range(1, YEARS + 1)], histories[0], histories[2])
	by_year *= model.probability_alive(*histories)[:, None]
	by_year *= amounts.expected_value(histories[0], mean)[:, None]
	return model, amounts, lifetime_value(by_year, np.array([[COST]]), RATE)


def log_histories(text: str, until: str) -> pd.DataFrame:
	"""Histories in weeks of the customers of a CDNOW file (the last four columns: customer, day, number, amount) up to a day."""
	rows = [line.split()[-4:] for line in text.splitlines() if line.strip() and line.split()[-1][0].isdigit()]
	log = pd.DataFrame(rows, columns=["customer", "day", "number", "amount"])
	log = log.assign(day=pd.to_datetime(log["day"]), amount=log["amount"].astype(float)).query("day <= @until")
	days = log.groupby(["customer", "day"], as_index=False)["amount"].sum()
	known = days.groupby("customer").agg(first=("day", "min"), last=("day", "max"), count=("day", "size"))
	repeated = days[days["day"] > days["customer"].map(known["first"])].groupby("customer")["amount"].mean()
	weeks = {"recency": known["last"] - known["first"], "age": pd.Timestamp(until) - known["first"]}
	figures = {name: span.dt.days / 7 for name, span in weeks.items()}
	return pd.DataFrame({"frequency": known["count"] - 1.0, **figures, "mean": repeated.reindex(known.index).fillna(0.0)})


def golden(path: Path) -> dict:
	"""Parameters, and each customer's expectation and chance to come again."""
	stored = np.load(path)
	frequency, recency, age, mean = (stored[name] for name in ("frequency", "recency", "age", "mean"))
	model = bg_nbd.fit(frequency, recency, age)
	again = frequency > 0
	amounts = gamma_gamma.fit(frequency[again], mean[again])
	return {
		"parameters": [model.r, model.alpha, model.a, model.b, amounts.p, amounts.q, amounts.v],
		"expected": model.expected_purchases(GOLDEN_WEEKS, frequency, recency, age).tolist(),
		"alive": model.probability_alive(frequency, recency, age).tolist(),
	}


def main(verb: str, file: Path, *more: str) -> None:
	if verb == "simulate":
		simulate(file, int(more[0]))
	elif verb == "histories":
		found = log_histories(Path(more[0]).read_text(), more[1])
		np.savez(file, **{name: found[name].to_numpy() for name in found})
	else:
		print(json.dumps({"measure": measure, "golden": golden}[verb](file)))


if __name__ == "__main__":
	main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
