"""Records under way: their columns, and for each record the first thing that is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe
import numpy as np
import pandas as pd
from frappe import _

from crm4s.edge import sentence
from crm4s.identifiers.problem import Problem
from crm4s.intake.result import REJECTED, Result

KEY = "external_key"


class Refused(Exception):
	"""A record that is not taken in: what is wrong, and in which field; `code` says it to programs."""

	def __init__(
		self, field: str | None, message: str, row: int | None = None, table: str | None = None, code: str = "invalid"
	):
		super().__init__(message)
		self.field, self.message, self.row, self.table, self.code = field, message, row, table, code


@dataclass
class Records:
	"""`frame` has one row a record, numbered from 0; missing values are None and texts have no blanks around them."""

	frame: pd.DataFrame
	doctype: str

	def __post_init__(self):
		self.frame = pd.DataFrame(
			{str(name): _without_blanks(column) for name, column in self.frame.reset_index(drop=True).items()}
		)
		self.meta = frappe.get_meta(self.doctype)
		self.refusals: dict[int, Refused] = {}

	def __len__(self) -> int:
		return len(self.frame)

	def has(self, field: str) -> bool:
		return field in self.frame.columns

	def column(self, field: str) -> pd.Series:
		"""The values of a field; None for all where it is not given."""
		if self.has(field):
			return self.frame[field]
		return pd.Series([None] * len(self), dtype=object)

	def label(self, field: str) -> str:
		return _(self.meta.get_label(field))

	def refuse(self, position: int, refused: Refused) -> None:
		self.refusals.setdefault(position, refused)

	def is_refused(self, position: int) -> bool:
		return position in self.refusals

	def convert(self, field: str, function: Callable[[Any], Any], into: str | None = None) -> None:
		"""Replace each value of a field by what `function` makes of it; it is called once for each different value.

		A record whose value it refuses, with a Problem or Refused, is refused.
		"""
		codes, values = pd.factorize(self.column(field))
		made, wrong = [], {}
		for code, value in enumerate(values):
			try:
				made.append(function(value))
			except Problem as problem:
				wrong[code] = sentence(problem), "invalid"
				made.append(None)
			except Refused as refused:
				wrong[code] = refused.message, refused.code
				made.append(None)
		answers = np.empty(len(made) + 1, dtype=object)
		answers[:-1], answers[-1] = made, None
		self.frame[into or field] = pd.Series(answers[codes], dtype=object)
		if wrong:
			for position in np.flatnonzero(np.isin(codes, list(wrong))):
				message, why = wrong[codes[position]]
				self.refuse(int(position), Refused(field, message, code=why))

	def given(self) -> list[dict]:
		"""What is given for each record: only what says something. To be called once, when the columns are checked."""
		columns = list(self.frame.columns)
		return [
			{column: value for column, value in zip(columns, values, strict=True) if value is not None}
			for values in self.frame.itertuples(index=False, name=None)
		]

	def rejection(self, position: int, key: str | None) -> Result:
		refused = self.refusals[position]
		return Result(key, REJECTED, None, refused.field, refused.message, refused.table, refused.row, refused.code)


def _without_blanks(column: pd.Series) -> pd.Series:
	"""As objects, with None for everything that is empty."""
	return pd.Series([_without_blanks_around(value) for value in column.astype(object).tolist()], dtype=object)


def _without_blanks_around(value: Any) -> Any:
	if isinstance(value, str):
		return value.strip() or None
	# What is missing is not even equal to itself.
	return None if value is pd.NA or value != value else value
