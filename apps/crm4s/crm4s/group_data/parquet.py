"""One part as a Parquet file, a group of rows at a time: the memory of a group, however long the part is. Pure.

pyarrow is loaded when something is written or read, not with the app.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from crm4s.group_data.data_sets import MONEY, SCHEMA_VERSION, WHOLE, DataSet
from crm4s.group_data.folders import Counted, Folder

ROWS_OF_A_GROUP = 100_000
# As the database keeps amounts.
DIGITS, DECIMALS = 21, 9
# pyarrow reads texts as decimals only as long as they fit, so they are read whole and cut down to these.
VERSION = b"crm4s.schema_version"


def types_of(data_set: DataSet) -> dict[str, str]:
	"""Column → kind of what is in the files: the site, the set's columns, the month of dealings."""
	month = {"month": WHOLE} if data_set.moment else {}
	return {"site": "text", **{column.name: column.kind for column in data_set.columns}, **month}


def schema_of(data_set: DataSet):
	import pyarrow as pa

	kinds = {MONEY: pa.decimal128(DIGITS, DECIMALS), WHOLE: pa.int64()}
	fields = [pa.field(name, kinds.get(kind, pa.string())) for name, kind in types_of(data_set).items()]
	return pa.schema(fields, metadata={VERSION: str(SCHEMA_VERSION).encode()})


def write(file: Counted, data_set: DataSet, site: str, pages: Iterable[pd.DataFrame]) -> int:
	"""Write the pages, columns as in `crm4s.group_data.source.read`; how many rows there were."""
	import pyarrow.parquet as pq

	rows, schema = 0, schema_of(data_set)
	with pq.ParquetWriter(file, schema, compression="zstd") as writer:
		for group in _groups(pages):
			writer.write_table(_table(group.assign(site=site), schema))
			rows += len(group)
	return rows


def rows_in(folder: Folder, path: str) -> int | None:
	"""How many rows a file has; None where it is no whole file of this version."""
	import pyarrow as pa
	import pyarrow.parquet as pq

	try:
		with folder.system.open(folder.full(path), "rb") as file:
			found = pq.read_metadata(file)
	except (pa.ArrowInvalid, OSError):
		return None
	return found.num_rows if (found.metadata or {}).get(VERSION) == str(SCHEMA_VERSION).encode() else None


def _groups(pages: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
	kept, rows = [], 0
	for page in pages:
		kept.append(page)
		rows += len(page)
		if rows >= ROWS_OF_A_GROUP:
			yield pd.concat(kept, ignore_index=True)
			kept, rows = [], 0
	if kept:
		yield pd.concat(kept, ignore_index=True)


def _table(rows: pd.DataFrame, schema):
	import pyarrow as pa

	arrays = [_array(rows[field.name], field.type) for field in schema]
	return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: pd.Series, kind):
	import pyarrow as pa

	if not pa.types.is_decimal(kind):
		return pa.Array.from_pandas(values, type=kind)
	# An amount that is not known counts as nothing, as it does in the database's sums.
	texts = pa.array(values.replace("", "0"), pa.string())
	return texts.cast(kind)
