"""Files of a group as its sites would write them, made straight by DuckDB: a month of visits a file, the cars, the stores, the list of all of it."""

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import fsspec

from crm4s.group_data import manifests
from crm4s.group_data.data_sets import ALL
from crm4s.group_data.folders import Folder
from crm4s.group_data.manifests import DataFile, Manifest
from crm4s.group_data.parquet import types_of

SITE, AS_OF, FIRST_MONTH, MONTHS = "group", date(2026, 11, 1), 2016 * 12 + 10, 120
STORES, VISITS_OF_A_CAR = 100, 8
TYPES = {"whole": "bigint", "money": "decimal(21,9)"}


def make(folder: str, visits: int) -> dict:
	"""What was made, or was there already."""
	root = Folder(fsspec.filesystem("file"), f"{folder}-{visits}")
	site = root.below(SITE)
	if not manifests.read(site):
		database = duckdb.connect(config={"memory_limit": "2GB"})
		files = [_write(database, site, name, key, sql) for name, key, sql in _statements(visits)]
		manifests.write(site, Manifest(SITE, AS_OF, "20261101T000000Z", tuple(files)))
	manifest = manifests.read(site)
	return {"folder": root.root, "visits": visits, "stores": STORES, "files": len(manifest.files), "megabytes": manifest.bytes / 1e6}


def _statements(visits: int):
	"""Data set, part and the rows of each file. Cars and customers are told apart by a hash, as pseudonyms are."""
	people, each = visits // VISITS_OF_A_CAR, visits // MONTHS
	store = "concat('S', lpad(cast(({0}) % " + str(STORES) + " as varchar), 3, '0'))"
	yield "stores", "all", f"select {store.format('i')} dealership, concat('Store ', i) title, '' parent, 'Outlet' node_kind, 2 * i + 1 left_edge, 2 * i + 2 right_edge from range({STORES}) found(i)"
	yield "cars", "all", f"select substr(md5(concat('v', i)), 1, 24) vehicle, concat('M', i % 12) model, {store.format('i')} dealership, 16800 + i % 3650 delivered_day from range({people}) found(i)"
	for number in range(MONTHS):
		month = FIRST_MONTH + number
		start = date(month // 12, month % 12 + 1, 1).toordinal() - 719_163
		yield "visits", f"{month // 12:04}-{month % 12 + 1:02}", f"""
			select {store.format('who + chance % 2')} dealership, {start} + chance % 28 as day, substr(md5(concat('c', who)), 1, 24) customer, substr(md5(concat('v', who)), 1, 24) vehicle,
				case when chance % 9 = 0 then 'Counter Sale' else 'Workshop' end visit_kind, amount customer_amount, amount * 1.1 total_amount, amount * 0.3 margin,
				({start} + chance % 28) * 86400000000 + i * 1000 as moment, {month} as month
			from (select i, chance, chance // 31 % {people} who, cast(chance % 200000 as decimal(21, 9)) / 100 amount
				from (select i, hash(i + {number * each}) % 4611686018427387904 chance from range({each}) found(i)) drawn) told
			order by dealership, day, customer"""


def _write(database: duckdb.DuckDBPyConnection, site: Folder, name: str, key: str, sql: str) -> DataFile:
	path = f"{name}/{key}/{hashlib.sha256(sql.encode()).hexdigest()[:16]}.parquet"
	full = Path(site.full(path))
	full.parent.mkdir(parents=True, exist_ok=True)
	data_set = next(data_set for data_set in ALL if data_set.name == name)
	columns = ", ".join(f"cast({column} as {TYPES.get(kind, 'varchar')}) as {column}" for column, kind in types_of(data_set).items() if column != "site")
	database.execute(f"copy (select '{SITE}' as site, {columns} from ({sql}) made) to '{full}' (format parquet, compression zstd, row_group_size 100000)")
	rows = database.execute("select count(*) from read_parquet(?)", [str(full)]).fetchone()[0]
	return DataFile(name, path, rows, full.stat().st_size, site.sha256(path))
