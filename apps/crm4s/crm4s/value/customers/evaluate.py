"""From what customers did to what they are worth: the whole engine, without a database.

One row a customer and store; of a customer of several stores one row more with all dealings (`is_whole`). What is found of all customers (models,
fifths, cut points) is found from the whole rows and holds for all rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm4s.value.customers import bg_nbd, classes, gamma_gamma, lifecycle, rfm
from crm4s.value.customers.abc import AbcCuts, abc_cuts
from crm4s.value.customers.lifetime_value import lifetime_value
from crm4s.value.customers.thin import TooThin

DAYS_OF_WEEK, DAYS_OF_YEAR, WEEKS_OF_YEAR = 7.0, 365.25, 365.25 / 7
# With a smaller chance to leave after a visit the model has seen nobody leave.
LEAST_LEAVING = 1e-4
# Who bought a car so many days after the first visit was a customer before.
CUSTOMER_BEFORE = 30
# What a row of the summary says; days are counted as `date.toordinal` does, 0 where there is none.
SUMMARY = (
	*("first_day", "last_day", "visits", "visit_revenue", "visit_margin"),
	*("deals", "deal_days", "first_deal_day", "last_deal_day", "deal_revenue", "deal_margin", "cost", "is_whole"),
)
OWN_RHYTHM, ONE_VISIT, ONLY_CAR, TOO_THIN = BASES = (
	"Forecast from Own Rhythm", "One Visit Only", "Only a Car Bought", "Too Few Data of All",
)


@dataclass(frozen=True)
class Settings:
	"""`rate` and shares as fractions; 0 for a share or cut: where the data divide by themselves."""

	rate: float = 0.03
	years: int = 5
	given_up_factor: float = 3.0
	mature_from: int = 5
	high_value_share: float = 0.0
	at_risk_from: float = 0.0
	class_margin: float = 0.0
	abc_a_share: float = 0.80
	abc_b_share: float = 0.95
	usual_interval_days: float = 182.0


@dataclass(frozen=True)
class Findings:
	"""What was found of all customers. `thin` is the sentence that says why there is no forecast model."""

	visits: bg_nbd.BgNbd | None
	margins: gamma_gamma.GammaGamma | None
	thin: str | None
	rhythm: lifecycle.Rhythm
	mean_margin: float
	repurchase_rate: float
	mean_deal_margin: float
	abc: AbcCuts
	value_from: float
	risk_from: float


@dataclass(frozen=True)
class Evaluation:
	figures: pd.DataFrame
	findings: Findings


def evaluate(summary: pd.DataFrame, settings: Settings, today: date, class_before: Callable[[np.ndarray], Sequence[str]] | None = None) -> Evaluation:
	"""What each row is worth, in the order of the rows.

	Args:
		summary: columns as in `SUMMARY`, amounts in one currency; days before `today`.
		today: the first day that is not observed any more.
		class_before: asked once, with the positions of rows that stand near a cut; their value classes of the last time, empty where there was none.
	"""
	facts = _facts(summary, today)
	whole = facts["is_whole"].to_numpy(bool)
	wholes = facts[whole]
	rhythm = lifecycle.Rhythm(lifecycle.usual_interval(wholes["frequency"], wholes["recency_days"], settings.usual_interval_days), settings.given_up_factor)
	visits, margins, thin = _models(wholes)
	mean_margin = _ratio(wholes["visit_margin"].sum(), wholes["visits"].sum())
	rate, mean_deal_margin = _repurchase(wholes)
	forecast = _forecast(facts, settings, rhythm, visits, margins, mean_margin, rate * mean_deal_margin)
	cuts, value_from, risk_from = _cut_points(facts, forecast, whole, settings)
	figures = _figures(facts, forecast, rhythm, cuts, settings, whole)
	no_value = forecast["given_up"].to_numpy(bool) | (forecast["lifetime_value"].to_numpy() <= 0)
	figures["value_class"] = _value_classes(forecast, no_value, classes.Cuts(value_from, risk_from, settings.class_margin), class_before)
	figures["strategy"] = classes.strategies(figures["value_class"], figures["lifecycle"])
	figures = pd.concat([figures, forecast.drop(columns="given_up")], axis=1, copy=False)
	return Evaluation(figures, Findings(visits, margins, thin, rhythm, mean_margin, rate, mean_deal_margin, cuts, value_from, risk_from))


def _facts(summary: pd.DataFrame, today: date) -> pd.DataFrame:
	facts = pd.DataFrame({column: summary[column].to_numpy() for column in SUMMARY}, index=summary.index)
	observed = today.toordinal()
	came = facts["visits"].to_numpy() > 0
	# Who only bought a car is known since then; the car counts as the beginning, not as a visit.
	first = np.where(came, facts["first_day"], facts["first_deal_day"])
	last = np.where(came, facts["last_day"], facts["last_deal_day"])
	facts["frequency"] = np.maximum(facts["visits"].to_numpy() - 1, 0)
	facts["recency_days"] = np.where(came, last - first, 0).astype(float)
	facts["age_days"] = (observed - first).astype(float)
	facts["last_dealing"] = np.maximum(facts["last_day"], facts["last_deal_day"])
	# Who has just bought a car is not away.
	facts["days_away"] = (observed - np.maximum(last, facts["last_deal_day"])).astype(float)
	facts["bought_since"] = came & (facts["last_deal_day"].to_numpy() > facts["last_day"].to_numpy())
	facts["known_since"] = np.where(facts["first_deal_day"] > 0, np.where(came, np.minimum(facts["first_day"], facts["first_deal_day"]), first), first)
	facts["revenue"] = facts["visit_revenue"] + facts["deal_revenue"]
	facts["margin"] = facts["visit_margin"] + facts["deal_margin"]
	facts["margin_after_cost"] = facts["margin"] - facts["cost"]
	facts["own_margin"] = _ratios(facts["visit_margin"], facts["visits"])
	facts["observed"] = float(observed)
	return facts


def _models(facts: pd.DataFrame) -> tuple[bg_nbd.BgNbd | None, gamma_gamma.GammaGamma | None, str | None]:
	"""How often and how much; None and a sentence where the data are too thin."""
	came = facts.loc[facts["visits"] > 0, ["visits", "frequency", "recency_days", "age_days", "own_margin"]]
	visits = margins = thin = None
	try:
		visits = bg_nbd.fit(came["frequency"], came["recency_days"] / DAYS_OF_WEEK, came["age_days"] / DAYS_OF_WEEK)
	except TooThin as reason:
		thin = str(reason)
	# Of a single amount nobody can say how much of it is chance.
	repeated = came.loc[came["visits"] > 1, ["visits", "own_margin"]]
	try:
		margins = gamma_gamma.fit(repeated["visits"], repeated["own_margin"])
	except TooThin as reason:
		thin = thin or str(reason)
	return visits, margins, thin


def _repurchase(facts: pd.DataFrame) -> tuple[float, float]:
	"""On how many days those who were customers already bought cars, per customer and year, and the mean margin of a car."""
	# Cars that were delivered together are one occasion: a fleet's order tells nothing about others' next car.
	deals, days = facts["deals"].to_numpy(), facts["deal_days"].to_numpy()
	before = (facts["visits"] > 0) & (facts["first_day"] + CUSTOMER_BEFORE < facts["first_deal_day"])
	again = np.maximum(days - 1, 0).sum() + (before & (deals > 0)).sum()
	years = (facts["observed"] - facts["known_since"]).sum() / DAYS_OF_YEAR
	return _ratio(float(again), years), _ratio(facts["deal_margin"].sum(), deals.sum())


def _forecast(facts, settings: Settings, rhythm, visits, margins, mean_margin: float, yearly_car_margin: float) -> pd.DataFrame:
	frequency, age = facts["frequency"].to_numpy(), facts["age_days"].to_numpy()
	recency, away = facts["recency_days"].to_numpy(), facts["days_away"].to_numpy()
	spent, given_up = rhythm.spent(frequency, recency, away), rhythm.given_up(frequency, recency, away)
	if visits:
		weeks = (frequency, recency / DAYS_OF_WEEK, age / DAYS_OF_WEEK)
		by_model = visits.probability_alive(*weeks)
		# By the model nobody who came once has left; and where all others still come it cannot tell who is late. The recency rule says it.
		late = 0.0 if visits.a > LEAST_LEAVING * visits.b else rhythm.overdue(frequency, recency, away)
		alive = np.where(frequency > 0, np.minimum(by_model, 1 - late), 1 - spent)
		# The model knows visits only; a car bought since begins anew.
		alive = np.where(facts["bought_since"], np.maximum(alive, 1 - spent), alive)
		# One judge: of whom the rule gives up nothing is expected.
		alive = np.where(given_up, 0.0, alive)
		ends = [WEEKS_OF_YEAR * year for year in range(1, settings.years + 1)]
		if_staying = visits.expected_if_staying(ends, frequency, weeks[-1])
	else:
		alive = 1 - spent
		if_staying = np.repeat((DAYS_OF_YEAR / rhythm.interval(frequency, recency))[:, None], settings.years, axis=1)
	own, count = facts["own_margin"].to_numpy(), facts["visits"].to_numpy()
	per_visit = margins.expected_value(count, own) if margins else np.where(count > 0, own, mean_margin)
	margin_if_staying = if_staying * per_visit[:, None] + yearly_car_margin
	expected_margin = margin_if_staying * alive[:, None]
	# What a year has cost so far; a single gift is no yearly one, and who has left costs nothing.
	known_years = np.maximum((facts["observed"] - facts["known_since"]).to_numpy(dtype=float) / DAYS_OF_YEAR, 1.0)
	cost_if_staying = facts["cost"].to_numpy(dtype=float) / known_years
	cost = cost_if_staying * alive
	return pd.DataFrame(
		{
			"probability_alive": alive,
			"risk": 1 - alive,
			"expected_visits": if_staying[:, 0] * alive,
			"expected_margin_per_visit": per_visit,
			"yearly_margin": expected_margin[:, 0],
			"yearly_cost": cost,
			"lifetime_value": lifetime_value(expected_margin, cost[:, None], settings.rate),
			"value_if_staying": lifetime_value(margin_if_staying, cost_if_staying[:, None], settings.rate),
			"given_up": given_up,
			"basis": np.array(BASES, dtype=object)[_basis(count, frequency, visits)],
		},
		index=facts.index,
	)


def _basis(count, frequency, visits) -> np.ndarray:
	return np.select([count == 0, visits is None, frequency == 0], [2, 3, 1], 0)


def _cut_points(facts, forecast, whole, settings: Settings) -> tuple[AbcCuts, float, float]:
	cuts = abc_cuts(facts["margin_after_cost"].to_numpy()[whole], settings.abc_a_share, settings.abc_b_share)
	worth = whole & ~forecast["given_up"].to_numpy(bool) & (forecast["lifetime_value"].to_numpy() > 0)
	# Value and risk are told apart: what somebody is worth who stays, and whether he or she stays.
	value_from = classes.value_cut(forecast["value_if_staying"].to_numpy()[worth], settings.high_value_share)
	risk_from = settings.at_risk_from or classes.natural_split(forecast["risk"].to_numpy()[worth], otherwise=lifecycle.DECLINE_RISK)
	return cuts, value_from, risk_from


def _value_classes(forecast, no_value, cuts: classes.Cuts, class_before) -> np.ndarray:
	values, risk = forecast["value_if_staying"].to_numpy(), forecast["risk"].to_numpy()
	near = np.flatnonzero(cuts.near(values, risk) & ~no_value)
	before = np.full(len(values), "", dtype=object)
	if class_before and len(near):
		before[near] = class_before(near)
	return cuts.classes(no_value, values, risk, before)


def _figures(facts, forecast, rhythm, cuts, settings: Settings, whole) -> pd.DataFrame:
	figures = facts[["visits", "frequency", "deals", "revenue", "margin", "margin_after_cost"]].copy()
	figures["relationship_cost"] = facts["cost"]
	figures["recency_weeks"] = facts["recency_days"] / DAYS_OF_WEEK
	figures["age_weeks"] = facts["age_days"] / DAYS_OF_WEEK
	for name, values in (("recency", facts["last_dealing"]), ("frequency", facts["visits"]), ("monetary", facts["revenue"])):
		figures[f"rfm_{name}"] = rfm.fifths(values.to_numpy()[whole]).scores(values)
	figures["rfm_cell"] = rfm.cells(*(figures[f"rfm_{name}"] for name in ("recency", "frequency", "monetary")))
	figures["abc_class"] = cuts.classes(facts["margin_after_cost"])
	risk, given_up = forecast["risk"].to_numpy(), forecast["given_up"].to_numpy(bool)
	rhythm_of = (facts["frequency"].to_numpy(), facts["recency_days"].to_numpy(), facts["days_away"].to_numpy())
	figures["lifecycle"] = lifecycle.stages(*rhythm_of, risk, given_up, rhythm, settings.mature_from)
	return figures


def _ratio(amount: float, count: float) -> float:
	return float(amount) / float(count) if count > 0 else 0.0


def _ratios(amounts, counts) -> np.ndarray:
	amounts, counts = np.asarray(amounts, dtype=float), np.asarray(counts, dtype=float)
	return np.divide(amounts, counts, out=np.zeros(len(amounts)), where=counts > 0)
