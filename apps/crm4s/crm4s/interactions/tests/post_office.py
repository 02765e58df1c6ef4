"""A mailbox on this machine that is read over POP3, as much of RFC 1939 as a reader needs."""

from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class _Session(StreamRequestHandler):
	def handle(self):
		letters, gone = self.server.letters, set()
		self.say("+OK ready")
		while line := self.rfile.readline():
			verb, _space, rest = line.decode().strip().partition(" ")
			verb, number = verb.upper(), int(rest.split()[0]) if rest.split() and rest.split()[0].isdigit() else 0
			if verb == "QUIT":
				self.say("+OK bye")
				break
			if verb == "STAT":
				self.say(f"+OK {len(letters)} {sum(map(len, letters))}")
			elif verb in ("LIST", "UIDL"):
				rows = [(place, f"{place} {len(letter)}" if verb == "LIST" else f"{place} u{place}") for place, letter in enumerate(letters, 1)]
				self.say(*(["+OK " + dict(rows)[number]] if number else ["+OK", *(row for _place, row in rows), "."]))
			elif verb == "RETR":
				self.say("+OK", *letters[number - 1].decode("latin-1").replace("\r\n", "\n").split("\n"), ".")
			elif verb == "DELE":
				gone.add(number)
				self.say("+OK")
			else:
				self.say("+OK")
		self.server.letters[:] = [letter for place, letter in enumerate(letters, 1) if place not in gone]

	def say(self, *lines: str) -> None:
		stuffed = [lines[0], *(("." + line if line.startswith(".") and line != "." else line) for line in lines[1:])]
		self.wfile.write("".join(f"{line}\r\n" for line in stuffed).encode("latin-1"))


class PostOffice:
	"""`letters` as bytes; those that were read are taken away."""

	def __init__(self):
		ThreadingTCPServer.allow_reuse_address = True
		self.server = ThreadingTCPServer(("127.0.0.1", 0), _Session)
		self.server.daemon_threads = True
		self.server.letters = self.letters = []
		self.port = self.server.server_address[1]
		Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

	def close(self) -> None:
		self.server.shutdown()
		self.server.server_close()
