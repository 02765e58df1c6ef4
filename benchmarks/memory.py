"""How much memory this process takes while something runs, and how long that takes."""

import os
import threading
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY_SECONDS = 0.05


class Memory(threading.Thread):
	"""Samples the resident memory of the process until stopped."""

	def __init__(self):
		super().__init__(daemon=True)
		self.before = self.most = resident_megabytes()
		self.done = threading.Event()

	def run(self) -> None:
		while not self.done.wait(EVERY_SECONDS):
			self.most = max(self.most, resident_megabytes())

	@staticmethod
	def of(work: Callable[..., Any], *arguments: Any) -> dict:
		"""What the work took: seconds by the clock and of this process, megabytes (the most beyond what there was before), result."""
		memory, began, busy = Memory(), perf_counter(), process_time()
		memory.start()
		try:
			result = work(*arguments)
		finally:
			memory.done.set()
			memory.join()
		taken = {"seconds": perf_counter() - began, "processor": process_time() - busy}
		return {**taken, "megabytes": memory.most - memory.before, "result": result}


def resident_megabytes() -> float:
	with open("/proc/self/statm") as file:
		return int(file.read().split()[1]) * PAGE / 1024**2
