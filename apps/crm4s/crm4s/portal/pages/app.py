"""What makes the portal an app on the phone: its manifest, the worker that knows the page for no connection, and that page."""

import json
from pathlib import Path

from frappe import _
from werkzeug.wrappers import Response

from crm4s.portal import frame
from crm4s.portal.routes import page

ICON = "/assets/crm4s/images/portal"
WORKER = Path(__file__).parents[2] / "public" / "js" / "portal" / "worker.js"


@page("my/manifest.webmanifest", None, guests=True)
def manifest(viewer, context):
	content = {
		"name": _("My Car"),
		"short_name": _("My Car"),
		"start_url": "/my",
		"scope": "/my",
		"display": "standalone",
		"lang": frame.language(),
		"background_color": "#f4f5f7",
		"theme_color": "#12263a",
		"icons": [
			{"src": f"{ICON}-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
			{"src": f"{ICON}-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
			{"src": f"{ICON}-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
		],
	}
	return Response(json.dumps(content, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8")


@page("my/worker.js", None, guests=True)
def worker(viewer, context):
	"""It serves /my and what lies below it, which its own address alone would not let it; it keeps the page for no connection and what that needs, and nothing of a customer's."""
	kept = ["/my/offline", frame.asset_of("portal.bundle.css"), f"{ICON}-192.png"]
	script = WORKER.read_text().replace("__KEPT__", json.dumps(kept))
	return Response(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/my"})


@page("my/offline", "offline.html", guests=True)
def offline(viewer, context):
	context["title"] = _("No Connection")
