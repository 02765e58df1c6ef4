"""A survey's texts in the language of whoever reads them: the survey's own translations first, then our wording of what we ship, else as written."""

from collections.abc import Callable, Iterator, Mapping

from crm4s.workflows.wording import english_wordings

ENGLISH = "en"
LANGUAGES = ("zh", "en")


def translator(content: Mapping, language: str) -> Callable[[str], str]:
	"""What turns a text of the survey into `language`."""
	if language == content["language"]:
		return lambda text: text or ""
	own = {row["original"]: row["text"] for row in content["texts"] if row["language"] == language}
	ours = _our_wordings(content) if language == ENGLISH else {}
	return lambda text: own.get(text) or ours.get(text) or text or ""


def _our_wordings(content: Mapping) -> dict[str, str]:
	"""What we ship in English; choices have one wording together, a line each."""
	wordings = english_wordings()
	found = {text: wordings[text] for text in texts_of(content) if text in wordings}
	for question in content["questions"]:
		together = (wordings.get("\n".join(question["options"])) or "").splitlines()
		if len(together) == len(question["options"]):
			found |= dict(zip(question["options"], together, strict=True))
	return found


def languages_of(content: Mapping) -> list[str]:
	"""The survey's own language, and those in which every question can be read."""
	return [content["language"], *(other for other in LANGUAGES if other != content["language"] and not missing(content, other))]


def missing(content: Mapping, language: str) -> list[str]:
	"""The texts that have no translation into `language`, in the order in which they are read."""
	translate = translator(content, language)
	return [text for text in dict.fromkeys(texts_of(content)) if not _is_wordless(text) and translate(text) == text]


def texts_of(content: Mapping) -> Iterator[str]:
	"""Every text that a customer reads."""
	yield from filter(None, (content["title"], content["introduction"], content["thanks"]))
	for question in content["questions"]:
		yield from filter(None, (question["section"], question["question"], *question["options"]))


def _is_wordless(text: str) -> bool:
	"""Numbers and signs read the same everywhere."""
	return not any(letter.isalpha() for letter in text)
