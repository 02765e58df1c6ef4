"""What an editor wrote, with nothing in it that runs, dresses itself or loads from elsewhere."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

# h1 is the page's own.
TAGS = frozenset(("p", "br", "ul", "ol", "li", "strong", "b", "em", "i", "u", "h2", "h3", "h4", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "hr", "img", "a"))
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4"}
ALONE = frozenset(("br", "hr", "img"))
# Their contents are no text for people.
SILENT = frozenset(("script", "style", "iframe", "object", "template", "noscript", "svg", "math", "title", "textarea"))
SCHEMES = ("http", "https", "tel", "mailto", "")


def plain_html(text: str) -> str:
	"""The text with the tags of TAGS only, without attributes but a link's address and a picture's, which lies on this site."""
	reader = _Reader()
	reader.feed(text or "")
	reader.close()
	return reader.whole()


class _Reader(HTMLParser):
	def __init__(self):
		super().__init__(convert_charrefs=True)
		self.parts: list[str] = []
		self.open: list[str] = []
		self.silent: list[str] = []

	def handle_starttag(self, tag, attributes):
		if self.silent or tag in SILENT:
			self.silent += [tag] if tag in SILENT else []
			return
		tag = RENAMED.get(tag, tag)
		if tag not in TAGS:
			return
		self.parts.append(f"<{tag}{_attributes(tag, dict(attributes))}>")
		if tag not in ALONE:
			self.open.append(tag)

	def handle_endtag(self, tag):
		if self.silent:
			if tag == self.silent[-1]:
				self.silent.pop()
			return
		tag = RENAMED.get(tag, tag)
		if tag not in self.open:
			return
		while self.open:
			inner = self.open.pop()
			self.parts.append(f"</{inner}>")
			if inner == tag:
				return

	def handle_data(self, data):
		if not self.silent:
			self.parts.append(escape(data))

	def whole(self) -> str:
		return "".join([*self.parts, *(f"</{tag}>" for tag in reversed(self.open))])


def _attributes(tag: str, given: dict) -> str:
	if tag == "img":
		return f' src="{escape(_own_picture(given.get("src") or ""))}" alt="{escape(given.get("alt") or "")}" loading="lazy"'
	if tag == "a":
		return f' href="{escape(_address(given.get("href") or ""))}" rel="noopener noreferrer"'
	return ""


def _own_picture(address: str) -> str:
	"""A file of this site; the browser is not told to ask anybody else."""
	return address if address.startswith("/files/") else ""


def _address(address: str) -> str:
	try:
		parts = urlsplit(address.strip())
	except ValueError:
		return "#"
	return address.strip() if parts.scheme.lower() in SCHEMES else "#"
