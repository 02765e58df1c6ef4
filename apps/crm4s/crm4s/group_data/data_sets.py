"""What leaves a site for the group, as data. What is not named here stays: names, phones, plates, VINs, numbers of papers, words, colleagues. Pure."""

from dataclasses import dataclass

# Goes up when a column gets another meaning: everything is written anew, and older readers refuse it.
SCHEMA_VERSION = 1
TEXT, WHOLE, MONEY = "text", "whole", "money"
# Names of documents that stand for somebody; they leave as pseudonyms.
PERSON, CAR = "person", "car"
HIDDEN = (PERSON, CAR)
# What MariaDB calls the first day of 1970, and 1970-01-01 in the months of crm4s.reports.returns.
DAYS_BEFORE_1970 = 719_528


@dataclass(frozen=True)
class Column:
	"""One column of a file.

	Attributes:
		term: where it comes from, in the site's SQL; a constant of ours.
	"""

	name: str
	kind: str
	term: str


@dataclass(frozen=True)
class DataSet:
	"""One kind of dealings.

	Attributes:
		where: which rows; a constant of ours.
		moment: by whose month the rows lie in parts; None where they are one part.
		compared: terms that tell a changed part, by the index that holds them, so that the rows themselves are not read.
		needed: a site always gives it.
	"""

	name: str
	doctype: str
	columns: tuple[Column, ...]
	compared: tuple[tuple[str, tuple[str, ...]], ...]
	where: str = "1 = 1"
	moment: str | None = None
	needed: bool = False

	@property
	def person(self) -> str | None:
		"""The column that names a person, if there is one."""
		return next((column.term for column in self.columns if column.kind == PERSON), None)


def _day(field: str) -> Column:
	"""Days since 1970."""
	return Column("day", WHOLE, f"to_days({field}) - {DAYS_BEFORE_1970}")


def _field(name: str, kind: str) -> Column:
	return Column(name, kind, name)


DEALERSHIP, CUSTOMER, VEHICLE, MODEL = _field("dealership", TEXT), _field("customer", PERSON), _field("vehicle", CAR), _field("model", TEXT)
VISITS = DataSet(
	"visits",
	"C4S Service Visit",
	(
		*(DEALERSHIP, _day("settled_on"), CUSTOMER, VEHICLE, _field("visit_kind", TEXT)),
		*(_field("customer_amount", MONEY), _field("total_amount", MONEY), _field("margin", MONEY)),
		# Which of two visits of a day was the later one.
		Column("moment", WHOLE, "timestampdiff(microsecond, '1970-01-01', settled_on)"),
	),
	(
		("settled_volume", ("settled_on", "dealership", "visit_kind", "customer", "vehicle", "total_amount")),
		("facts_of_paid", ("customer", "dealership", "settled_on", "vehicle", "customer_amount", "margin", "visit_kind")),
	),
	"status = 'Settled' and settled_on is not null",
	"settled_on",
)
DEALS = DataSet(
	"deals",
	"C4S Deal",
	(DEALERSHIP, _day("delivered_on"), CUSTOMER, VEHICLE, MODEL, _field("deal_kind", TEXT), _field("price_amount", MONEY), _field("margin", MONEY)),
	(("", ("dealership", "delivered_on", "customer", "vehicle", "model", "deal_kind", "price_amount", "margin")),),
	"status = 'Delivered' and delivered_on is not null",
	"delivered_on",
)
COSTS = DataSet(
	"costs",
	"C4S Customer Cost",
	(DEALERSHIP, _day("incurred_on"), CUSTOMER, _field("kind", TEXT), _field("amount", MONEY)),
	(("", ("dealership", "incurred_on", "customer", "kind", "amount")),),
	"incurred_on is not null",
	"incurred_on",
)
CARS = DataSet(
	"cars",
	"C4S Vehicle",
	(Column("vehicle", CAR, "name"), MODEL, DEALERSHIP, Column("delivered_day", WHOLE, f"to_days(delivered_on) - {DAYS_BEFORE_1970}")),
	(("", ("name", "model", "dealership", "delivered_on")),),
)
STORES = DataSet(
	"stores",
	"C4S Dealership",
	(
		*(Column("dealership", TEXT, "name"), Column("title", TEXT, "dealership_name"), Column("parent", TEXT, "parent_c4s_dealership")),
		*(_field("node_kind", TEXT), Column("left_edge", WHOLE, "lft"), Column("right_edge", WHOLE, "rgt")),
	),
	(("", ("name", "dealership_name", "parent_c4s_dealership", "node_kind", "lft", "rgt")),),
	needed=True,
)
ALL = (STORES, VISITS, DEALS, COSTS, CARS)
BY_NAME = {data_set.name: data_set for data_set in ALL}
