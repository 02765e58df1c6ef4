"""Lets the database work on one part while this process works on another, over the one connection that Frappe has and over further ones.

Over the one connection a thread sees the caller's site and transaction. Nobody else may use it while a part is under way: the caller of `ahead` asks
the database nothing between two parts, or asks through the same function. Further connections see only what is committed, so tests, which do not
commit, use one.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from itertools import cycle
from typing import TypeVar

import frappe

Part, Answer = TypeVar("Part"), TypeVar("Answer")
# So many parts may wait for the other connections before the next one is handed over.
MOST_WAITING = 3


def ahead(work: Callable[[Part], Answer], parts: Iterable[Part], by_two: bool = False) -> Iterator[Answer]:
	"""What `work` gives for each part, in order; the next part is worked on while the caller looks at the one before.

	After a failure no further part is begun.

	Args:
		by_two: over two connections at once; for parts that depend on nothing that is not committed.
	"""
	guarded, waiting = _unless_failed(work), deque()
	with ExitStack() as lines:
		begin = [lines.enter_context(_one_connection())]
		if by_two and not frappe.flags.in_test:
			begin.append(lines.enter_context(_another_connection()))
		for part, begin_over in zip(parts, cycle(begin), strict=False):
			waiting.append(begin_over(guarded, part))
			if len(waiting) > len(begin):
				yield waiting.popleft().result()
		while waiting:
			yield waiting.popleft().result()


@contextmanager
def beside(work: Callable[[Part], None], and_then: Callable[[Part], None]) -> Iterator[Callable[[Part], None]]:
	"""A function that has `work` done for a part over two other connections, a part over each at once; at the end of the block all is done.

	What a part needs must be committed, and `work` commits what it does. After a failure no further part is begun; it is raised with one of the next
	parts or at the end.

	Args:
		and_then: called in the order of the parts, by whoever hands over the next one or ends the block, when the work for one and for all before is done.
	"""
	if frappe.flags.in_test:

		def at_once(part: Part) -> None:
			work(part)
			and_then(part)

		yield at_once
		return
	guarded, begun = _unless_failed(work), deque()

	def settle(still_waiting: int) -> None:
		while begun and (begun[0][1].done() or len(begun) > still_waiting):
			part, done = begun.popleft()
			done.result()
			and_then(part)

	with _another_connection() as one, _another_connection() as other:
		begin = cycle([one, other])

		def hand_over(part: Part) -> None:
			settle(MOST_WAITING)
			begun.append((part, next(begin)(guarded, part)))

		try:
			yield hand_over
			settle(0)
		finally:
			for _part, not_done in begun:
				not_done.cancel()


@contextmanager
def _one_connection() -> Iterator[Callable[..., Future]]:
	with ThreadPoolExecutor(max_workers=1) as thread:
		yield lambda work, part: thread.submit(copy_context().run, work, part)


@contextmanager
def _another_connection() -> Iterator[Callable[..., Future]]:
	place = (frappe.local.site, frappe.local.sites_path, frappe.session.user)
	with ThreadPoolExecutor(max_workers=1, initializer=_connect, initargs=place) as thread:
		try:
			yield thread.submit
		finally:
			thread.submit(frappe.destroy)


def _connect(site: str, sites_path: str, user: str) -> None:
	frappe.init(site=site, sites_path=sites_path)
	frappe.connect()
	frappe.set_user(user)


def _unless_failed(work: Callable[[Part], Answer]) -> Callable[[Part], Answer]:
	failures: list[BaseException] = []

	def guarded(part: Part) -> Answer:
		if failures:
			# What went wrong, for whoever waits for an earlier part that another connection had not begun.
			raise failures[0]
		try:
			return work(part)
		except BaseException as failure:
			failures.append(failure)
			raise

	return guarded
