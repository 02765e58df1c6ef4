"""Servers on this machine's own address that stand for the systems of others in tests."""

import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# A server looks this often whether it shall end.
LOOKS_EVERY_SECONDS = 0.01


def listening(case: unittest.TestCase, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
	"""A server on a free port of 127.0.0.1 that answers by `handler` until the test ends; `server_port` is where."""
	server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
	Thread(target=server.serve_forever, args=(LOOKS_EVERY_SECONDS,), daemon=True).start()
	case.addCleanup(server.server_close)
	case.addCleanup(server.shutdown)
	return server
