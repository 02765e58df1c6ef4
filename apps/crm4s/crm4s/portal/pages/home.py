"""The first page: cars, what is open, and the ways on."""

from frappe import _

from crm4s.portal import matters
from crm4s.portal.cars import cards
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer



@page("my", "home.html")
def home(viewer: Viewer, context):
	context.update(
		tab="home",
		title=_("My Cars"),
		greeting=_greeting(viewer),
		cars=cards(viewer),
		matters=matters.open_matters(viewer),
		ways=_ways(),
	)


def _greeting(viewer: Viewer) -> str:
	return _("Good day, {0}").format(viewer.customer_name)


def _ways() -> list[tuple[str, str, str]]:
	"""Path, label and sign of what people come for most."""
	return [
		("/my/book", _("Book a service"), "calendar"),
		("/my/rescue", _("Roadside rescue"), "sos"),
		("/my/stores", _("Nearest store"), "pin"),
		("/my/write", _("Write to us"), "bubble"),
		("/my/rewards", _("Points and coupons"), "gift"),
		("/my/test-drive", _("Test drive"), "key"),
		("/my/models", _("New models"), "car"),
		("/my/events", _("Events and club"), "people"),
		("/my/trade-in", _("Trade In Your Car"), "scale"),
		("/my/offers", _("Offers and Advice"), "speaker"),
		("/my/rent", _("Rent a car"), "clock"),
		("/my/surveys", _("Your opinion"), "star"),
	]
