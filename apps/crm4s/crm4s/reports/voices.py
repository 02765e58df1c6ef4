"""Key words of what customers wrote, whether they praised or complained, and the quotes. Pure: how texts are cut into words is given.

What a text means is not guessed from its words: customers who praise and who complain use the same ones. It follows from the score that came with it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

PRAISE, COMPLAINT, MIXED, UNTOLD = "Praise", "Complaint", "Mixed", "No Score"
QUOTES = 3
# Longer rows of digits are somebody's number or plate.
_NUMBERS = re.compile(r"\d(?:[\d\s-]{4,})\d")
_WORD = re.compile(r"[\w一-鿿]+")


@dataclass(frozen=True)
class Said:
	"""One text: which response it is from, and the score that came with it, 0 to 1,000, or None. Given the newest first."""

	response: str
	text: str
	score: float | None = None


@dataclass(frozen=True)
class KeyWord:
	"""A word and the responses that hold it. `score` is the mean of the scores that came with them, None without one."""

	word: str
	responses: int
	praise: int
	complaints: int
	score: float | None
	polarity: str
	quotes: tuple[tuple[str, str], ...]


def key_words(
	said: Sequence[Said],
	cut: Callable[[str], list[str]],
	stop_words: Collection[str],
	meanings: Mapping[str, str],
	good_from: float,
	bad_below: float,
	least: int = 2,
) -> list[KeyWord]:
	"""The words by how many responses hold them, a word counted once a response.

	Args:
		cut: cuts a text into words.
		stop_words: that say nothing, in small letters.
		meanings: by a word, in small letters, the one under which it is counted.
		good_from, bad_below: scores, 0 to 1,000: praise from the one on, complaint below the other.
		least: responses that a word needs.
	"""
	places: dict[str, list[int]] = defaultdict(list)
	seen: set[tuple[str, str]] = set()
	for position, text in enumerate(said):
		for word in dict.fromkeys(_words(text.text, cut, stop_words, meanings)):
			if (text.response, word) not in seen:
				seen.add((text.response, word))
				places[word].append(position)
	found = [_told(word, [said[position] for position in positions], good_from, bad_below) for word, positions in places.items() if len(positions) >= least]
	return sorted(found, key=lambda word: (-word.responses, word.word))


def _words(text: str, cut, stop_words: Collection[str], meanings: Mapping[str, str]) -> list[str]:
	words = []
	for piece in cut(text):
		word = piece.strip().lower()
		word = meanings.get(word, word)
		if len(word) > 1 and _WORD.fullmatch(word) and not word.isdigit() and word not in stop_words:
			words.append(word)
	return words


def _told(word: str, texts: list[Said], good_from: float, bad_below: float) -> KeyWord:
	scores = [text.score for text in texts if text.score is not None]
	praise, complaints = sum(score >= good_from for score in scores), sum(score < bad_below for score in scores)
	quotes = tuple((text.response, without_numbers(text.text)) for text in texts[:QUOTES])
	mean = sum(scores) / len(scores) if scores else None
	return KeyWord(word, len(texts), praise, complaints, mean, polarity_of(praise, complaints, len(scores)), quotes)


def polarity_of(praise: int, complaints: int, scored: int) -> str:
	"""Praise or complaint where twice as many say the one as the other, and at least a third say it."""
	if not scored:
		return UNTOLD
	if praise >= 2 * complaints and praise * 3 >= scored:
		return PRAISE
	return COMPLAINT if complaints >= 2 * praise and complaints * 3 >= scored else MIXED


def without_numbers(text: str) -> str:
	"""The text in one line, without numbers that may be somebody's."""
	return _NUMBERS.sub("…", " ".join(text.split()))


def choices(answers: Sequence[tuple[str, str, float | None]]) -> list[dict]:
	"""How often each choice was taken: choice, responses, percent of the responses, mean score of those who took it.

	Args:
		answers: response, its choices one a line, its score or None.
	"""
	taken: dict[str, set[str]] = defaultdict(set)
	scores: dict[str, dict[str, float]] = defaultdict(dict)
	asked = set()
	for response, lines, score in answers:
		asked.add(response)
		for choice in filter(None, (line.strip() for line in lines.splitlines())):
			taken[choice].add(response)
			if score is not None:
				scores[choice][response] = score
	counts = Counter({choice: len(responses) for choice, responses in taken.items()})
	return [
		{
			"choice": choice,
			"responses": count,
			"percent": 100 * count / len(asked),
			"score": sum(scores[choice].values()) / len(scores[choice]) if scores[choice] else None,
		}
		for choice, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
	]
