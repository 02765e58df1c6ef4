"""The list of cars, and one car: what comes, what was done to it, whoever owned it then."""

from frappe import _

from crm4s.portal import cars as portal_cars
from crm4s.portal.own import VEHICLE
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer


@page("my/cars/<car>", "car.html", car=VEHICLE)
def car(viewer: Viewer, context, car: str):
	shown = portal_cars.card(viewer, car)
	context.update(tab="home", title=shown.title, car=shown)
