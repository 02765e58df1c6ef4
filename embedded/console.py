"""What a person at the terminal sees: steps with their time, and refusals of one sentence."""

import sys
import time
from contextlib import contextmanager


class Refusal(Exception):
	"""A condition that the person can mend; its text is one sentence that says how."""


def say(text: str = "") -> None:
	print(text, flush=True)


class Step:
	"""One line of progress. `note` changes its text while it runs (only on a terminal, so that logs stay short)."""

	def __init__(self, title: str):
		self.title = title
		self.started = time.monotonic()
		self.live = sys.stdout.isatty()
		if self.live:
			self.draw("…", "")

	def draw(self, mark: str, detail: str) -> None:
		seconds = time.monotonic() - self.started
		line = f"  {mark} {self.title:<44} {seconds:6.1f} s  {detail}"
		if self.live:
			sys.stdout.write("\r\033[K" + line[:150])
			sys.stdout.flush()
		elif mark != "…":
			say(line.rstrip())

	def note(self, detail: str) -> None:
		if self.live:
			self.draw("…", detail)

	def end(self, mark: str = "✓", detail: str = "") -> None:
		self.draw(mark, detail)
		if self.live:
			say()


@contextmanager
def step(title: str):
	"""Show `title` while the block runs, then its time; a failure is marked and passed on."""
	shown = Step(title)
	try:
		yield shown
	except BaseException:
		shown.end("✗")
		raise
	shown.end()
