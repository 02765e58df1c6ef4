"""What answers SQL over the files of a group: DuckDB within this process, or a Spark cluster. Pure; each is loaded when it is used.

The SQL is what both understand: whole numbers for days and months, exact decimals for money, views by the names of the data sets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pandas as pd

from crm4s.group_data import parquet
from crm4s.group_data.data_sets import ALL, MONEY, WHOLE
from crm4s.group_data.folders import Folder
from crm4s.group_data.manifests import Manifest

# Rows that are worked on in Python at once, and results that are kept before they become one.
ROWS_AT_ONCE, FOLDED = 500_000, 8
Work = Callable[[pd.DataFrame], pd.DataFrame]
Fold = Callable[[list[pd.DataFrame]], pd.DataFrame]


class Engine(Protocol):
	"""Views stores, visits, deals, costs, cars, columns as in `crm4s.group_data.parquet.types_of`."""

	def rows(self, sql: str) -> pd.DataFrame:
		"""The rows of a query, amounts as Decimal."""

	def by_parts(self, sql: str, column: str, work: Work, columns: Mapping[str, str], fold: Fold) -> pd.DataFrame:
		"""The rows of a query through a function in Python, all rows of one value of `column` together.

		Args:
			column: a pseudonym.
			work: gets some of the rows, gives rows of `columns`.
			columns: of the result, `text` or `whole`.
			fold: makes several results one.
		"""


def paths_of(exports: Sequence[tuple[Folder, Manifest]]) -> dict[str, list[str]]:
	"""Data set → full paths of its files in these exports."""
	found = {data_set.name: [] for data_set in ALL}
	for folder, manifest in exports:
		for file in manifest.files:
			found.setdefault(file.data_set, []).append(folder.full(file.path))
	return found


class DuckDB:
	"""In this process, within its memory; what does not fit goes to a temporary folder of its own."""

	def __init__(self, exports: Sequence[tuple[Folder, Manifest]], memory: str = "1GB", threads: int | None = None):
		import duckdb

		self._folder = TemporaryDirectory()
		limits = {"memory_limit": memory, "temp_directory": self._folder.name, **({"threads": threads} if threads else {})}
		self.connection = duckdb.connect(":memory:", config=limits)
		# Nothing is fetched from anywhere but the folder.
		self.connection.execute("set autoinstall_known_extensions = false")
		prefix = _prefix(exports)
		if prefix:
			self.connection.register_filesystem(exports[0][0].system)
		for name, paths in paths_of(exports).items():
			self._view(name, [prefix + path for path in paths])

	def _view(self, name: str, paths: list[str]) -> None:
		if paths:
			self.connection.read_parquet(paths).create_view(name)
			return
		data_set = next(data_set for data_set in ALL if data_set.name == name)
		self.connection.from_arrow(parquet.schema_of(data_set).empty_table()).to_table(name)

	def rows(self, sql: str) -> pd.DataFrame:
		return self.connection.execute(sql).to_arrow_table().to_pandas()

	def by_parts(self, sql: str, column: str, work: Work, columns: Mapping[str, str], fold: Fold) -> pd.DataFrame:
		parts: list[pd.DataFrame] = []
		for rows in self._together(sql, column):
			part = work(rows)
			parts = [fold([*parts, part])] if len(parts) == FOLDED else [*parts, part]
		return fold(parts or [pd.DataFrame(columns=[*columns])])

	def _together(self, sql: str, column: str) -> Iterator[pd.DataFrame]:
		"""The rows in one pass, some at a time, cut where another value of the column begins."""
		import pyarrow as pa
		import pyarrow.compute as pc

		kept = None
		for batch in self.connection.execute(f"select * from ({sql}) found order by {column}").to_arrow_reader(ROWS_AT_ONCE):
			rows = pa.Table.from_batches([batch])
			rows = pa.concat_tables([kept, rows]) if kept else rows
			cut = pc.index(rows[column], rows[column][-1]).as_py()
			if cut:
				yield _as_frame(rows.slice(0, cut))
			kept = rows.slice(cut)
		if kept:
			yield _as_frame(kept)

	def close(self) -> None:
		self.connection.close()
		self._folder.cleanup()


class Spark:
	"""On a cluster, whose session the caller gives; the files lie where its workers reach them."""

	def __init__(self, session: Any, exports: Sequence[tuple[Folder, Manifest]]):
		self.session = session
		prefix = _prefix(exports)
		for name, paths in paths_of(exports).items():
			self._frame(name, [prefix + path for path in paths]).createOrReplaceTempView(name)

	def _frame(self, name: str, paths: list[str]):
		if paths:
			return self.session.read.parquet(*paths)
		kinds = {MONEY: f"decimal({parquet.DIGITS},{parquet.DECIMALS})", WHOLE: "bigint"}
		data_set = next(data_set for data_set in ALL if data_set.name == name)
		schema = ", ".join(f"`{column}` {kinds.get(kind, 'string')}" for column, kind in parquet.types_of(data_set).items())
		return self.session.createDataFrame([], schema)

	def rows(self, sql: str) -> pd.DataFrame:
		return self.session.sql(sql).toPandas()

	def by_parts(self, sql: str, column: str, work: Work, columns: Mapping[str, str], fold: Fold) -> pd.DataFrame:
		schema = ", ".join(f"`{name}` {'bigint' if kind == WHOLE else 'string'}" for name, kind in columns.items())
		parts = self.session.sql(f"select *, substr({column}, 1, 2) as part from ({sql}) found")
		return fold([parts.groupBy("part").applyInPandas(lambda rows: work(rows.drop(columns="part"))[[*columns]], schema).toPandas()])


def _prefix(exports: Sequence[tuple[Folder, Manifest]]) -> str:
	"""What stands before a path: nothing for a folder of this machine."""
	if not exports:
		return ""
	protocol = exports[0][0].system.protocol
	name = protocol if isinstance(protocol, str) else protocol[0]
	return "" if name in ("file", "local") else f"{name}://"


def _as_frame(rows) -> pd.DataFrame:
	"""Texts as categories, which take a tenth of the memory."""
	return rows.to_pandas(strings_to_categorical=True)
