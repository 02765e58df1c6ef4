"""What is open for a customer, as the first page shows it: each topic says its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from crm4s.portal.viewer import Viewer


@dataclass(frozen=True)
class Matter:
	"""One line of the first page.

	Attributes:
		title: what it is, a few words.
		path: the page that it leads to.
		text: how it stands.
		when: by when, or at what time; matters are shown in this order, those without a time last.
		asks: whether the customer is to do something; these come first.
	"""

	title: str
	path: str
	text: str = ""
	when: date | datetime | None = None
	asks: bool = False


Source = Callable[[Viewer], list[Matter]]
_sources: list[Source] = []


def matters(function: Source) -> Source:
	"""Decorator: the function tells what of its topic is open for a viewer."""
	_sources.append(function)
	return function


def open_matters(viewer: Viewer) -> list[Matter]:
	found = [matter for source in _sources for matter in source(viewer)]
	return sorted(found, key=lambda matter: (not matter.asks, matter.when is None, str(matter.when or ""), matter.title))
