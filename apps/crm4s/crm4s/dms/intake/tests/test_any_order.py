"""Any order, any duplication and any split of what a system sends leave the same documents, the same map and nothing waiting."""

from collections.abc import Sequence

import frappe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm4s.dms.intake.tests.test_push import RECORD, WAITING, PushTestCase
from crm4s.intake.tests.factories import STORE, stored, stored_rows

VINS = ("LSVAG2180E2100001", "LSVAG218XE2100002", "LSVAG2181E2100003")
TABLES = {"C4S Customer": "C4S Customer Phone", "C4S Vehicle": "C4S Vehicle Party", "C4S Service Visit": "C4S Service Item"}


def customer(number: int, version: int) -> dict:
	phones = [{"phone": f"1380013800{number}", "is_verified": True}]
	return {"customer_name": f"客户{number}", "city": f"第{version}城", "dealership": STORE, "phones": phones}


def vehicle(number: int, version: int) -> dict:
	owner = {"customer_id": f"K{number}", "valid_from": "2024-05-01"}
	facts = {"vin": VINS[number], "plate_number": f"沪A1234{number}", "model_description": "卡罗拉", "dealership": STORE}
	return {**facts, "exterior_colour": f"颜色{version}", "parties": [owner]}


def order(number: int, version: int) -> dict:
	day = f"2026-03-{number + 1:02d}"
	items = [{"item_name": f"工时{row}", "unit_price": 100 * version + row} for row in range(version)]
	settled = {"status": "Settled", "settled_on": f"{day}T16:00:00"} if version > 1 else {"status": "Open"}
	# The second state is of another car and its owner: what followed from the first one goes with it.
	car = (number + version) % 3
	facts = {"customer_id": f"K{car}", "vehicle_id": f"V{car}", "arrived_on": f"{day}T09:00:00", "odometer": 1000 * (number + 1)}
	return {"dealership": STORE, **facts, **settled, "items": items}


MADE_BY = {"customer": ("K", customer, 3, 2), "vehicle": ("V", vehicle, 3, 2), "service_order": ("R", order, 4, 3)}
STREAM = [
	(entity, {"external_id": f"{letter}{number}", "version": version, **make(number, version)})
	for entity, (letter, make, count, versions) in MADE_BY.items()
	for number in range(count)
	for version in range(1, versions + 1)
]


class TestAnyOrder(PushTestCase):
	maxDiff = None

	def send(self, sent: Sequence[int], ends: Sequence[int]) -> None:
		"""Push the records at these places of the stream, cut into requests at `ends`."""
		places = [0, *sorted(ends), len(sent)]
		for begin, end in zip(places, places[1:], strict=False):
			requests: dict[str, list[dict]] = {}
			for place in sent[begin:end]:
				entity, record = STREAM[place]
				requests.setdefault(entity, []).append(record)
			for entity, records in requests.items():
				self.assertNotIn("rejected", self.states(entity, *records))

	@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
	@given(st.data())
	def test_any_order_duplication_and_split(self, data):
		whole = range(len(STREAM))
		again = data.draw(st.lists(st.sampled_from(whole), max_size=8), label="again")
		sent = data.draw(st.permutations([*whole, *again]), label="sent")
		ends = data.draw(st.lists(st.integers(0, len(sent)), max_size=12), label="ends")
		self.assertEqual(self.left_by(list(whole), []), self.left_by(sent, ends))

	def left_by(self, sent: Sequence[int], ends: Sequence[int]) -> dict:
		frappe.db.savepoint("stream")
		try:
			self.send(sent, ends)
			return state_of(self.link.name)
		finally:
			frappe.db.rollback(save_point="stream")

	def test_the_stream_in_its_order_leaves_everything(self):
		self.send(list(range(len(STREAM))), [])
		state = state_of(self.link.name)
		self.assertEqual((11, 0), (len(state), state["waiting"]))
		self.assertEqual([2, 2, 3], [state[number][0] for number in ("K0", "V0", "R0")])
		self.assertEqual(3, len([row for row in state["R3"][1] if "item_name" in row]))


def state_of(link: str) -> dict:
	"""All that the stream left behind, our names replaced by the system's numbers; without how complete a car's file is, which the night writes."""
	rows = frappe.get_all(RECORD, {"link": link}, ["external_id", "document_type", "document", "source_version"])
	numbers = {row.document: row.external_id for row in rows}
	found = {"waiting": frappe.db.count(WAITING, {"link": link})}
	for row in rows:
		readings = stored_rows("C4S Odometer Reading", source_name=row.document)
		document = stored(row.document_type, row.document)
		if row.document_type == "C4S Vehicle":
			document.pop("completeness_percent")
		all_rows = [document, *stored_rows(TABLES[row.document_type], parent=row.document), *readings]
		found[row.external_id] = row.source_version, [{name: numbers.get(value, value) for name, value in each.items()} for each in all_rows]
	return found
