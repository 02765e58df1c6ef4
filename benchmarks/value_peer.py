"""The same forecasts as benchmarks/value_forecast.py by the package `lifetimes`, in an environment of its own that benchmarks/value.py makes.

	python value_peer.py measure|golden FILE
"""

import json
import sys
import time
import warnings

import numpy as np
from lifetimes import BetaGeoFitter, GammaGammaFitter

WEEKS_OF_YEAR, YEARS, RATE, COST, GOLDEN_WEEKS = 365.25 / 7, 5, 0.03, 100.0, 39


def fitted(frequency, recency, age, mean):
	model, amounts, again = BetaGeoFitter(), GammaGammaFitter(), (frequency > 0) & (mean > 0)
	model.fit(frequency, recency, age)
	amounts.fit(frequency[again], mean[again])
	names = [*(model.params_[name] for name in ("r", "alpha", "a", "b")), *(amounts.params_[name] for name in ("p", "q", "v"))]
	return model, amounts, [float(value) for value in names]


def measure(frequency, recency, age, mean) -> dict:
	began, busy = time.perf_counter(), time.process_time()
	model, amounts, parameters = fitted(frequency, recency, age, mean)
	upto = [model.conditional_expected_number_of_purchases_up_to_time(WEEKS_OF_YEAR * year, frequency, recency, age) for year in range(1, YEARS + 1)]
	by_year = np.diff(np.column_stack(upto), axis=1, prepend=0.0)
	model.conditional_probability_alive(frequency, recency, age)
	margin = by_year * np.asarray(amounts.conditional_expected_average_profit(frequency, mean))[:, None]
	values = (margin - COST) @ (1 + RATE) ** -np.arange(1.0, YEARS + 1)
	return {"seconds": time.perf_counter() - began, "processor": time.process_time() - busy, "parameters": parameters, "sum": float(values.sum())}


def golden(frequency, recency, age, mean) -> dict:
	model, _amounts, parameters = fitted(frequency, recency, age, mean)
	expected = model.conditional_expected_number_of_purchases_up_to_time(GOLDEN_WEEKS, frequency, recency, age)
	alive = model.conditional_probability_alive(frequency, recency, age)
	return {"parameters": parameters, "expected": np.asarray(expected).tolist(), "alive": np.asarray(alive).tolist()}


if __name__ == "__main__":
	warnings.simplefilter("ignore")
	verb, file = sys.argv[1:]
	stored = np.load(file)
	print(json.dumps({"measure": measure, "golden": golden}[verb](*(stored[name] for name in ("frequency", "recency", "age", "mean")))))
