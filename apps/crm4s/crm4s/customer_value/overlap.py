"""Lets the database work on one part while this process works on another, over the one connection that Frappe has.

The thread sees the caller's site, connection and transaction. Nobody else may use the connection while a part is under way: the caller of `ahead`
asks the database nothing between two parts, or asks through the same function.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Part, Answer = TypeVar("Part"), TypeVar("Answer")


def ahead(work: Callable[[Part], Answer], parts: Iterable[Part]) -> Iterator[Answer]:
	"""What `work` gives for each part, in order; the next part is worked on while the caller looks at the one before.

	After a failure no further part is begun.
	"""
	failed = []

	def unless_failed(part: Part) -> Answer:
		if failed:
			raise CancelledError
		try:
			return work(part)
		except BaseException:
			failed.append(part)
			raise

	with ThreadPoolExecutor(max_workers=1) as thread:
		waiting = None
		for part in parts:
			begun = thread.submit(copy_context().run, unless_failed, part)
			if waiting is not None:
				yield waiting.result()
			waiting = begun
		if waiting is not None:
			yield waiting.result()
