"""How well car models suit what a customer says he or she needs. Pure: criteria, needs and models in, a ranked table out.

A criterion compares one stated need with one figure of the model and gives a fit between 0 (not at all) and 1 (fully), or nothing where
the customer said nothing or the figure is unknown. The score of a model is the mean of its fits, weighted:

	score = 100 · Σ w·fit / Σ w, over the criteria that gave a fit
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

AT_LEAST, WITHIN, SAME, TABLE, CONTAINS = "At Least", "Within", "Same", "By Table", "Contains"
# What a customer means by a preference, in the models' own energy types.
ENERGY_OF_PREFERENCE = {
	"Fuel": {"Petrol", "Diesel"},
	"Hybrid": {"Hybrid", "Plug-in Hybrid", "Range Extender"},
	"Plug-In or Electric": {"Plug-in Hybrid", "Battery Electric", "Range Extender", "Fuel Cell"},
	"Battery Electric": {"Battery Electric"},
}
# The electric range limits the journey only where nothing else drives the car.
ONLY_ELECTRIC = {"Battery Electric", "Fuel Cell"}


@dataclass(frozen=True)
class Criterion:
	"""One line of the judgement.

	Attributes:
		need: key of the needs. figure: column of the models. comparison: one of the five above.
		factor: At Least asks for need × factor.
		tolerance: share of the need (0.2 for 20 %) beside it at which the fit has fallen to 0.
		is_knockout: a fit of 0 rules the model out.
		fits: for Table, fit by (value of the need, value of the figure); other pairs fit fully.
	"""

	name: str
	need: str
	figure: str
	comparison: str
	weight: float = 1.0
	factor: float = 1.0
	tolerance: float = 0.0
	is_knockout: bool = False
	fits: Mapping[tuple[str, str], float] = field(default_factory=dict)


def assess(models: pd.DataFrame, needs: Mapping, criteria: Sequence[Criterion]) -> pd.DataFrame:
	"""Judge every model at once.

	Args:
		models: one row a model with the columns seats, body_type, guide_price, energy_type, range_km and specifications (one text with all
			words); the index is the model's name. Zero and empty mean unknown.
		needs: seats, body_type, purpose, budget as (from, to), energy_preference, yearly_km, driving, home_charging, must_haves (words);
			what is empty was not said.
		criteria: those that count, with a weight above 0.

	Returns:
		The models, best first, cheaper first among equals, ruled out ones last; columns: one fit a criterion by its name (NaN where there is
		none), `score` in percent with one decimal (NaN where nothing could be judged) and `is_ruled_out`.
	"""
	stated = [criterion for criterion in criteria if criterion.weight > 0 and is_stated(needs.get(criterion.need))]
	fits = pd.DataFrame(
		{criterion.name: _fit(criterion, needs[criterion.need], models) for criterion in stated}, index=models.index, dtype=float
	)
	weights = np.array([criterion.weight for criterion in stated])
	judged = fits.notna().to_numpy() * weights
	total = judged.sum(axis=1)
	with np.errstate(invalid="ignore", divide="ignore"):
		score = np.where(total > 0, 100 * (fits.fillna(0).to_numpy() * judged).sum(axis=1) / total, np.nan)
	knockouts = [criterion.name for criterion in stated if criterion.is_knockout]
	result = fits.assign(score=np.round(score, 1), is_ruled_out=(fits[knockouts] == 0).any(axis=1))
	order = result.assign(price=models["guide_price"].replace(0, np.nan)).sort_values(
		["is_ruled_out", "score", "price"], ascending=[True, False, True], kind="stable", na_position="last"
	)
	return result.loc[order.index]


def is_stated(need) -> bool:
	"""Whether the customer said something; (None, None) and no words are nothing."""
	return any(bool(part) for part in need) if isinstance(need, (tuple, list)) else bool(need)


def _fit(criterion: Criterion, need, models: pd.DataFrame) -> pd.Series:
	figure = models[criterion.figure]
	if criterion.comparison == AT_LEAST:
		return _at_least(_known_range(models) if criterion.figure == "range_km" else figure, need * criterion.factor, criterion.tolerance)
	if criterion.comparison == WITHIN:
		return _within(figure, *need, criterion.tolerance)
	if criterion.comparison == SAME:
		wanted = ENERGY_OF_PREFERENCE.get(need, {need}) if criterion.figure == "energy_type" else {need}
		return _where_known(figure, figure.isin(wanted).astype(float))
	if criterion.comparison == TABLE:
		return _where_known(figure, figure.map(lambda value: criterion.fits.get((need, value), 1.0)).astype(float))
	return _contains(figure, need)


def _known_range(models: pd.DataFrame) -> pd.Series:
	return models["range_km"].where(models["energy_type"].isin(ONLY_ELECTRIC), 0)


def _at_least(figure: pd.Series, wanted: float, tolerance: float) -> pd.Series:
	figure = pd.to_numeric(figure, errors="coerce").fillna(0)
	return _where_known(figure, _falling(wanted - figure, wanted * tolerance))


def _within(figure: pd.Series, low: float | None, high: float | None, tolerance: float) -> pd.Series:
	figure = pd.to_numeric(figure, errors="coerce").fillna(0)
	below = _falling((low or 0) - figure, (low or 0) * tolerance)
	above = _falling(figure - high, high * tolerance) if high else 1.0
	return _where_known(figure, np.minimum(below, above))


def _falling(gap: pd.Series, room: float) -> pd.Series:
	"""1 without a gap, falling in a straight line to 0 where the gap fills the room."""
	if room <= 0:
		return (gap <= 0).astype(float)
	return (1 - gap / room).clip(0, 1)


def _contains(figure: pd.Series, words: Sequence[str]) -> pd.Series:
	"""Share of the words that the text names."""
	text = figure.fillna("").str.lower()
	found = sum(text.str.contains(word.lower(), regex=False).astype(float) for word in words)
	return _where_known(text, found / len(words))


def _where_known(figure: pd.Series, fit: pd.Series) -> pd.Series:
	return fit.where(figure.fillna("").astype(bool), np.nan)
