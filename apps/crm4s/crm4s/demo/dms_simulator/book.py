"""What the simulated system knows: requests to send with their keys, entries and deliveries received. Each step is one transaction of SQLite."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

TABLES = """
create table if not exists request (number integer primary key, entity text, records text, key text unique, answer text);
create table if not exists entry (position integer primary key, entity text, action text, document text, times integer default 1);
create table if not exists delivery (id text primary key, body text, times integer default 1);
create table if not exists place (name text primary key, cursor text);
"""


class Book:
	"""
	Args:
		path: of the file; the same one goes on where it was left.
	"""

	def __init__(self, path: Path):
		self.connection = sqlite3.connect(path, check_same_thread=False, timeout=60)
		self.connection.executescript(TABLES)
		self.lock = threading.Lock()

	def close(self) -> None:
		with self.lock:
			self.connection.close()

	# To send

	def plan(self, requests: Iterable[tuple[str, list[dict], str]]) -> None:
		"""Requests as (entity, records, key): written down before anything is sent."""
		rows = [(entity, json.dumps(records, ensure_ascii=False), key) for entity, records, key in requests]
		with self.lock, self.connection as book:
			book.executemany("insert into request (entity, records, key) values (?, ?, ?)", rows)

	def next_request(self) -> tuple[int, str, list[dict], str] | None:
		"""The first one without an answer; None where all have theirs."""
		with self.lock:
			row = self.connection.execute("select number, entity, records, key from request where answer is null order by number limit 1").fetchone()
		return (row[0], row[1], json.loads(row[2]), row[3]) if row else None

	def answered(self, number: int, answer: dict) -> None:
		with self.lock, self.connection as book:
			book.execute("update request set answer = ? where number = ?", (json.dumps(answer), number))

	def answers(self) -> list[dict]:
		with self.lock:
			return [json.loads(row[0]) for row in self.connection.execute("select answer from request where answer is not null order by number")]

	# Received

	def take_in(self, name: str, entries: Sequence[dict], cursor: str) -> None:
		"""Entries and the place behind them, together or not at all; one that comes twice is counted, not taken twice."""
		rows = [(one["position"], one["entity"], one["action"], one["id"]) for one in entries]
		with self.lock, self.connection as book:
			book.executemany("insert into entry (position, entity, action, document) values (?, ?, ?, ?) on conflict (position) do update set times = times + 1", rows)
			book.execute("insert or replace into place values (?, ?)", (name, cursor))

	def cursor(self, name: str) -> str | None:
		with self.lock:
			row = self.connection.execute("select cursor from place where name = ?", (name,)).fetchone()
		return row and row[0]

	def entries(self) -> list[tuple[int, str, str, str, int]]:
		"""(position, entity, action, document, how many times it came)."""
		with self.lock:
			return self.connection.execute("select position, entity, action, document, times from entry order by position").fetchall()

	def deliver(self, number: str, body: bytes) -> None:
		with self.lock, self.connection as book:
			book.execute("insert into delivery (id, body) values (?, ?) on conflict (id) do update set times = times + 1", (number, body.decode()))

	def deliveries(self) -> list[tuple[str, dict, int]]:
		"""(delivery id, what it said, how many times it came)."""
		with self.lock:
			return [(number, json.loads(body), times) for number, body, times in self.connection.execute("select id, body, times from delivery order by rowid")]
