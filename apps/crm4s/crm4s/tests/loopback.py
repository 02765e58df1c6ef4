"""Servers on this machine's own address that stand for the systems of others in tests."""

import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# A server looks this often whether it shall end.
LOOKS_EVERY_SECONDS = 0.01


def serving(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
	"""A server on a free port of 127.0.0.1 that answers by `handler` until it is shut down and closed; `server_port` is where."""
	server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
	Thread(target=server.serve_forever, args=(LOOKS_EVERY_SECONDS,), daemon=True).start()
	return server


def listening(case: unittest.TestCase, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
	"""The same until the test ends."""
	server = serving(handler)
	case.addCleanup(server.server_close)
	case.addCleanup(server.shutdown)
	return server
