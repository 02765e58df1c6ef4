"""From the shell: see `python -m crm4s.demo.dms_simulator --help`."""

import argparse
from collections import Counter
from pathlib import Path

from crm4s.demo.dms_simulator.book import Book
from crm4s.demo.dms_simulator.records import requests
from crm4s.demo.dms_simulator.system import System


def main() -> None:
	parser = argparse.ArgumentParser(prog="python -m crm4s.demo.dms_simulator", description="Send made-up records over a DMS link and read its feed.")
	parser.add_argument("site", help="such as http://localhost:8000")
	parser.add_argument("key")
	parser.add_argument("secret")
	parser.add_argument("--store", required=True, help="the store that takes up new customers")
	parser.add_argument("--records", type=int, default=100, help="of each entity")
	parser.add_argument("--seed", type=int, default=1, help="the same seed sends the same records")
	parser.add_argument("--book", type=Path, default=Path("dms_simulator.sqlite"), help="what it has sent and heard; goes on where it was left")
	options = parser.parse_args()
	book = Book(options.book)
	if not book.next_request() and not book.answers():
		book.plan(requests(options.seed, options.records, options.store))
	system = System(options.site, options.key, options.secret, book)
	system.begin()
	system.send_all(float("inf"))
	system.end()
	counts = sum((Counter(answer["counts"]) for answer in book.answers()), Counter())
	print(f"Sent: {dict(counts)}. Heard: {len(book.entries())} changes.")


if __name__ == "__main__":
	main()
