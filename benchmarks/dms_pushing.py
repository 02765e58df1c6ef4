"""Requests of one link that a system sends over several connections at once; for benchmarks/dms.py."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue

from benchmarks.dms_link import Link, body_of


def written(entity: str, batches: Iterable[list[dict]], folder: Path) -> list[Path]:
	"""The bodies of the requests, a file each, so that nothing is made while others measure."""
	return [_written(folder / f"{number:06d}.json", body_of(entity, batch)) for number, batch in enumerate(batches)]


def _written(path: Path, body: bytes) -> Path:
	path.write_bytes(body)
	return path


def sent(links: Sequence[Link], bodies: Iterable[Path]) -> Iterator[dict[str, int]]:
	"""The counts of all answers; each link is a connection that sends the next body as soon as it has its answer."""
	waiting: SimpleQueue = SimpleQueue()
	for body in bodies:
		waiting.put(body)
	with ThreadPoolExecutor(len(links)) as senders:
		for counts in senders.map(lambda link: _sent(link, waiting), links):
			yield from counts


def _sent(link: Link, waiting: SimpleQueue) -> list[dict[str, int]]:
	found = []
	link.connection.close()
	while True:
		try:
			body = waiting.get_nowait()
		except Empty:
			return found
		found.append(link.push_body(body.read_bytes())["counts"])
