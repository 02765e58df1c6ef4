"""What somebody sends who tries what a server lets through: generated requests to the framework's lists and searches, and to our own methods."""

import inspect
import json

import frappe
from hypothesis import strategies as draw

from crm4s.tests.every_document import document_types
from crm4s.tests.matrix import METHOD, rows

LISTS = (
	*(f"frappe.desk.reportview.{name}" for name in ("get", "get_list", "get_count", "export_query", "get_sidebar_stats")),
	*(f"frappe.client.{name}" for name in ("get_list", "get_value", "get_count", "get", "validate_link", "has_permission", "get_single_value")),
	*("frappe.desk.search.search_link", "frappe.desk.search.search_widget", "frappe.utils.global_search.search"),
	*("frappe.desk.form.load.getdoc", "frappe.desk.form.load.get_docinfo", "frappe.desk.listview.get_group_by_count", "frappe.desk.form.utils.get_next"),
	"frappe.desk.query_report.run",
)
# What report views take; the framework's methods for them name no arguments.
VIEWED = ("doctype", "fields", "filters", "or_filters", "order_by", "group_by", "start", "page_length", "with_comment_count", "distinct", "debug")
FOREIGN = ("User", "DocType", "__Auth", "tabUser", "Error Log", "Has Role", "C4S Nothing", "C4S Customer` -- ", "C4S Vehicle Party", "C4S Customer Phone", "C4S Settings", "", "客户")
FIELDS = (
	*("name", "name", "name", "*", "owner", "modified", "creation", "docstatus", "dealership", "customer"),
	*("customer_name", "primary_phone", "parent", "no_such_field"),
	*("count(*)", "count(name) as many", "max(`tabUser`.`name`)", "sleep(1)", "(select password from __Auth limit 1)", "name, (select 1)", "`tabC4S Customer`.`customer_name`"),
	*("customer.customer_name", "parties.customer", "tabUser.name as name", "name`; drop table x; --", "if(1=1,name,owner)", "concat(name, 0x27)", "name\n,password", "名字", "a" * 300),
)
OPERATORS = ("=", "!=", "like", "in", "not in", "between", "is", ">", "descendants of", "timespan", "fcrlike", "", "= 1 or 1=1 --", "regexp")
ORDERS = ("modified desc", "name", "(select 1)", "if(1,name,owner)", "name; select 1", "customer.customer_name asc", "no_such_field desc", "1", "", "rand()", "sleep(1)")
SIMPLE = draw.one_of(draw.none(), draw.booleans(), draw.integers(-3, 3), draw.sampled_from((2**63, 10**40, -(10**20), 1e308)), draw.text(max_size=12), draw.sampled_from(("' or 1=1 --", "%", "%%s", "\\", "\0", "{{7*7}}", "${x}", "2026-02-30", "é中文字", "0x41")))
ANY = draw.recursive(SIMPLE, lambda inner: draw.lists(inner, max_size=3) | draw.dictionaries(draw.sampled_from(FIELDS), inner, max_size=3), max_leaves=6)


def requests_to_lists(names: list[str]) -> draw.SearchStrategy:
	"""Pairs of a method of the framework and its arguments; `names` are those of documents that are not for the reader."""
	doctype = _mostly(draw.sampled_from(document_types()), draw.one_of(draw.sampled_from(FOREIGN), ANY))
	name = _mostly(draw.sampled_from(names), SIMPLE)
	count = _mostly(draw.sampled_from((0, 1, "20", 500)), SIMPLE)
	every = {
		**{"doctype": doctype, "name": name, "docname": name, "txt": name, "text": name, "value": name, "prev": count, "ptype": _odd(("read", "write"))},
		**{"filters": _sent(_filters(name)), "or_filters": _sent(_filters(name)), "fields": _sent(_fields()), "fieldname": _sent(_fields()), "field": _odd(FIELDS)},
		**{"order_by": _odd(ORDERS), "group_by": _odd(FIELDS), "start": count, "page_length": count, "limit_start": count, "limit_page_length": count, "limit": count},
		**{"searchfield": _odd(FIELDS), "parent": _odd(FOREIGN), "query": _odd(("frappe.client.get_list", "crm4s.access.own_store.search", "os.system"))},
		**{"with_comment_count": count, "distinct": count, "debug": count, "as_dict": count, "reference_doctype": _odd(FOREIGN), "stats": _sent(_fields())},
		**{"current_filters": _sent(_filters(name)), "report_name": _odd(("C4S Lead Funnel", "C4S Nothing")), "file_format_type": _odd(("CSV", "Excel"))},
	}
	return draw.sampled_from(LISTS).flatmap(lambda method: draw.tuples(draw.just(method), _known_to(method, every)))


def _known_to(method: str, every: dict[str, draw.SearchStrategy]) -> draw.SearchStrategy:
	"""Values for what the method takes; what it must have is left out now and then, too."""
	parameters = inspect.signature(frappe.get_attr(method)).parameters
	names = (*VIEWED, "file_format_type") if method.endswith(".export_query") else VIEWED if set(parameters) <= {"args", "kwargs"} else parameters
	asked = {name: every[name] for name in names if name in every and (name not in parameters or parameters[name].default is inspect.Parameter.empty)}
	further = {name: every[name] for name in names if name in every and name not in asked}
	return _mostly(draw.fixed_dictionaries(asked, optional=further), draw.fixed_dictionaries({}, optional=asked | further))


def requests_to_methods(names: list[str]) -> draw.SearchStrategy:
	"""Pairs of a whitelisted method of ours and its arguments, of which some point to documents that are not for the reader."""
	return draw.sampled_from(sorted(rows(METHOD))).flatmap(lambda method: draw.tuples(draw.just(method), _arguments(method, names)))


def _arguments(method: str, names: list[str]) -> draw.SearchStrategy:
	parameters = inspect.signature(inspect.unwrap(frappe.get_attr(method))).parameters.values()
	value = draw.one_of(draw.sampled_from(names), SIMPLE, ANY, draw.lists(draw.sampled_from(names), max_size=2), draw.dictionaries(draw.sampled_from(("name", "dealership", "customer")), draw.sampled_from(names)).map(json.dumps))
	asked = {one.name: value for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD}
	return draw.fixed_dictionaries(asked, optional={one.name: value for one in parameters if one.default is not one.empty})


def _filters(name: draw.SearchStrategy) -> draw.SearchStrategy:
	condition = draw.tuples(draw.sampled_from(FIELDS), draw.sampled_from(OPERATORS), _mostly(name, ANY)).map(list)
	whole = draw.tuples(draw.sampled_from((*document_types()[:20], *FOREIGN)), condition).map(lambda pair: [pair[0], *pair[1]])
	return _mostly(draw.one_of(draw.lists(condition, max_size=3), draw.lists(whole, max_size=3), draw.dictionaries(draw.sampled_from(FIELDS), name, max_size=3)), ANY)


def _fields() -> draw.SearchStrategy:
	return _mostly(draw.lists(draw.sampled_from(FIELDS), min_size=1, max_size=4), ANY)


def _odd(known: tuple) -> draw.SearchStrategy:
	return _mostly(draw.sampled_from(known), ANY)


def _mostly(usual: draw.SearchStrategy, odd: draw.SearchStrategy) -> draw.SearchStrategy:
	"""One odd value in eight: a request of odd ones only is refused by the first of them, and the others are never read."""
	return draw.integers(0, 7).flatmap(lambda number: usual if number else odd)


def _sent(value: draw.SearchStrategy) -> draw.SearchStrategy:
	"""The value as it is or as JSON, now and then as broken JSON."""
	return _mostly(draw.one_of(value, value.map(json.dumps)), value.map(lambda one: json.dumps(one)[:-1]))
