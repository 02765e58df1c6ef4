"""Invented Chinese names as frequent as in life: the surname's rank decides, the given name follows birth year and sex. Pure."""

import numpy as np

from crm4s.demo.chance import pick
from crm4s.demo.standards import table

SURNAMES = list(table("names")["surnames"])
# Zipf-like: the first ten surnames make up about 40 % of all, as in the census.
SURNAME_WEIGHTS = [1 / (rank + 4) for rank in range(len(SURNAMES))]
GIVEN_NAMES = table("names")["given"]


def person_names(rng: np.random.Generator, sexes: np.ndarray, birth_years: np.ndarray) -> np.ndarray:
	"""A full name for each person; namesakes occur, as in life."""
	surnames = pick(rng, SURNAMES, len(sexes), SURNAME_WEIGHTS)
	eras = np.searchsorted([era["born_until"] for era in GIVEN_NAMES], birth_years)
	given = np.empty(len(sexes), dtype=object)
	for position, era in enumerate(GIVEN_NAMES):
		for sex in ("Male", "Female"):
			rows = np.flatnonzero((eras == position) & (sexes == sex))
			given[rows] = pick(rng, era[sex], len(rows))
	return surnames + given
