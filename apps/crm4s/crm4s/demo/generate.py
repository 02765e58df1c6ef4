"""The whole demo group as tables: the same seed, size and moment give the same tables. Pure."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from crm4s.demo import group
from crm4s.demo.appointments import Appointments, make_appointments
from crm4s.demo.chance import SEED
from crm4s.demo.deals import Deals, make_deals
from crm4s.demo.dispatch import Dispatch, make_dispatch
from crm4s.demo.drives import Drives, make_drives
from crm4s.demo.insurance import Insurance, make_insurance
from crm4s.demo.leads import Leads, make_leads
from crm4s.demo.people import People, make_people
from crm4s.demo.retention import Retention, make_retention
from crm4s.demo.showroom import Showroom, make_showroom
from crm4s.demo.ties import Carers, make_ties
from crm4s.demo.used_cars import UsedCars, make_used_cars
from crm4s.demo.vehicles import Vehicles, make_vehicles
from crm4s.demo.visits import Visits, make_visits
from crm4s.demo.voice import Voice, make_voice
from crm4s.demo.workshop import Workshop, make_workshop


@dataclass(frozen=True)
class Demo:
	"""Everything there is; `ties` are the relationships of customers and stores."""

	now: datetime
	staff: list[group.Person]
	people: People
	vehicles: Vehicles
	visits: Visits
	workshop: Workshop
	appointments: Appointments
	dispatch: Dispatch
	insurance: Insurance
	leads: Leads
	showroom: Showroom
	drives: Drives
	deals: Deals
	used_cars: UsedCars
	retention: Retention
	voice: Voice
	ties: pd.DataFrame


def generate(now: datetime, scale: float = 1.0, seed: int = SEED) -> Demo:
	"""The group as it stands at `now`; `scale` multiplies how many of each there are."""
	now = now.replace(second=0, microsecond=0)
	today = now.date()
	staff = group.staff(seed)
	people = make_people(seed, scale, today, staff)
	vehicles = make_vehicles(seed, scale, today, people)
	carers = Carers(seed, people.customers, staff)
	visits = make_visits(seed, scale, now, people, vehicles, staff, carers)
	workshop = make_workshop(seed, now, vehicles, visits, staff)
	appointments = make_appointments(seed, scale, now, people, vehicles, visits, workshop, staff, carers)
	dispatch = make_dispatch(seed, now, people, vehicles, visits, staff)
	insurance = make_insurance(seed, now, vehicles, visits, staff)
	leads = make_leads(seed, scale, now, people, vehicles, staff, carers)
	showroom = make_showroom(seed, scale, now, leads, staff)
	drives = make_drives(seed, scale, now, vehicles, leads, staff)
	deals = make_deals(seed, scale, now, people, vehicles, leads, staff, carers)
	used_cars = make_used_cars(seed, scale, now, people, vehicles, leads, deals, staff)
	voice = make_voice(seed, scale, now, people, vehicles, visits, leads.leads, staff)
	ties = make_ties(people.customers, vehicles.cars, vehicles.parties, visits.visits, leads.leads, deals.deals, carers, today)
	retention = make_retention(seed, scale, now, people, vehicles, visits, staff)
	return Demo(now, staff, people, vehicles, visits, workshop, appointments, dispatch, insurance, leads, showroom, drives, deals, used_cars, retention, voice, ties)
