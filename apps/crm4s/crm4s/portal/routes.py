"""Which function fills which page, which carries out which action, and of what kind of document each name in an address or a form is.

	@page("my/cars/<car>", "car.html", car="C4S Vehicle")
	def car(viewer, context, car): ...

	@action("my/appointments/<appointment>", "cancel", appointment="C4S Service Appointment")
	def cancel(viewer, form, appointment): return "/my/appointments"

Names are proven to be the viewer's before the function runs (crm4s.portal.own): those in the path must be there, those of the query or the form
may be missing and are None then. A page's function gets the context to fill; an action's function gets the form and returns the path to go to
(None: the page again), and what it throws is shown above the form, which keeps what was typed. The IDOR tests read this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

ROOT = "my"


@dataclass
class Page:
	"""One address.

	Attributes:
		path: with names in angle brackets.
		template: file in templates/portal; None for a page whose function answers with a response of its own.
		names: document type by name of the argument.
		guests: whether somebody who is not signed in may see it; its functions get None as viewer then.
	"""

	path: str
	template: str | None
	fill: Callable
	names: Mapping[str, str]
	guests: bool = False
	actions: dict[str, "Action"] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
	carry_out: Callable
	names: Mapping[str, str]


_pages: dict[str, Page] = {}
_actions: dict[tuple[str, str], Action] = {}
_map: Map | None = None


def page(path: str, template: str | None, guests: bool = False, **names: str) -> Callable:
	"""Decorator: the function fills the page at this path."""

	def register(function: Callable) -> Callable:
		if path in _pages:
			raise ValueError(f"{path} has a page already")
		_pages[path] = Page(path, template, function, names, guests)
		return function

	return register


def action(path: str, name: str, **names: str) -> Callable:
	"""Decorator: the function carries out the action of a form on the page at this path."""

	def register(function: Callable) -> Callable:
		if (path, name) in _actions:
			raise ValueError(f"{name} of {path} is there already")
		_actions[path, name] = Action(function, names)
		return function

	return register


def pages() -> dict[str, Page]:
	"""Every page with its actions, by path."""
	_load()
	return _pages


def match(path: str) -> tuple[Page, dict[str, str]] | None:
	"""The page at an address, and the names in it."""
	_load()
	try:
		found, names = _map.bind("").match("/" + path.strip("/"))
	except HTTPException:
		return None
	return _pages[found], dict(names)


def _load() -> None:
	global _map
	if _map is not None:
		return
	package = import_module("crm4s.portal.pages")
	for module in iter_modules(package.__path__):
		import_module(f"{package.__name__}.{module.name}")
	for (path, name), carried in _actions.items():
		_pages[path].actions[name] = carried
	_map = Map([Rule(f"/{path}", endpoint=path) for path in _pages], strict_slashes=False)
