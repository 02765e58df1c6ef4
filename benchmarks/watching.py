"""What the processes of a running CRM take while something else goes on: memory over time, and processor time."""

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

EVERY_SECONDS = 0.5
TICKS = os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
	"""Samples until the block ends.

	Args:
		roots: the process at the head of each group, by the group's name.

	Attributes:
		megabytes: by group, (seconds since the beginning, MB) of each sample; shared pages are shared out (PSS).
		processor: by group, seconds within the block, those of ended children included.
	"""

	def __init__(self, roots: Mapping[str, list[int]]):
		super().__init__(daemon=True)
		self.roots, self.done = roots, threading.Event()
		self.megabytes: dict[str, list[tuple[float, float]]] = {group: [] for group in roots}
		self.processor: dict[str, float] = {}

	def __enter__(self) -> "Watch":
		self.before, self.began = self._processor(), time.perf_counter()
		self.start()
		return self

	def __exit__(self, *exception) -> None:
		self.done.set()
		self.join()
		self.sample()
		self.seconds = time.perf_counter() - self.began
		self.processor = {group: taken - self.before[group] for group, taken in self._processor().items()}

	def run(self) -> None:
		self.sample()
		while not self.done.wait(EVERY_SECONDS):
			self.sample()

	def sample(self) -> None:
		children, now = _children(), time.perf_counter() - self.began
		for group, roots in self.roots.items():
			self.megabytes[group].append((now, sum(_megabytes(each) for each in _tree(roots, children))))

	def most(self, group: str) -> float:
		return max(megabytes for _now, megabytes in self.megabytes[group])

	def _processor(self) -> dict[str, float]:
		children = _children()
		return {group: sum(_seconds(each) for each in _tree(roots, children)) for group, roots in self.roots.items()}


def _children() -> dict[int, list[int]]:
	found: dict[int, list[int]] = {}
	for folder in Path("/proc").glob("[0-9]*"):
		with suppress(OSError):
			found.setdefault(int(_fields(int(folder.name))[1]), []).append(int(folder.name))
	return found


def _tree(roots: list[int], children: Mapping[int, list[int]]) -> list[int]:
	found = list(roots)
	for process in found:
		found += children.get(process, [])
	return found


def _fields(process: int) -> list[str]:
	"""State, parent, … of /proc/<process>/stat; the name before them may hold blanks."""
	return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _seconds(process: int) -> float:
	with suppress(OSError):
		return sum(int(ticks) for ticks in _fields(process)[11:15]) / TICKS
	return 0.0


def _megabytes(process: int) -> float:
	with suppress(OSError):
		for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
			if line.startswith("Pss:"):
				return int(line.split()[1]) / 1024
	return 0.0
