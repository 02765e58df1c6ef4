"""A day is planned on the job board by mouse and keyboard, and a technician works from the phone; both screens follow each other."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user
from crm4s.workshop.tests.factories import make_dispatched, make_technician, make_workshop_visit

STORE = "E2E-SHOP"
JOB = "C4S Repair Job"


class TestJobBoard(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_store(STORE)
		cls.manager = make_user("Workshop Manager", [STORE])
		cls.mechanic = make_user("Technician", [STORE])
		for user in (cls.manager, cls.mechanic):
			cls.let_sign_in(user, "zh")
		cls.bays = [make_bay(STORE, resource_name=name).name for name in ("一号工位", "二号工位")]
		cls.technician = make_technician(STORE, cls.mechanic, "王师傅").name
		cls.planned = make_dispatched(make_workshop_visit(STORE), bay=cls.bays[0], planned_from=str(at(10))).name
		cls.waiting = make_workshop_visit(STORE).name
		cls.own = make_dispatched(make_workshop_visit(STORE), technician=cls.technician).name
		frappe.db.commit()

	def open_board(self, desk) -> None:
		"""Tomorrow's, so that no hour of it is over."""
		desk.go_to("c4s-job-board")
		desk.page.wait_for_selector(".c4s-lane")
		desk.page.evaluate("day => { const board = frappe.pages['c4s-job-board'].workshop; board.day = day; return board.renew(); }", add_days(nowdate(), 1))
		desk.page.wait_for_selector(".c4s-bar")
		desk.settle()

	def drop(self, desk, source: str, bay: str, hour: float) -> None:
		"""Drag what `source` finds so that it begins at this hour; the board shows 8 to 18."""
		lane = desk.page.locator(f'.c4s-lane[data-resource="{bay}"]')
		width = lane.bounding_box()["width"]
		desk.page.locator(source).drag_to(lane, source_position={"x": 2, "y": 8}, target_position={"x": width * (hour - 8) / 10 + 2, "y": 20})

	def plan_of(self, job: str) -> tuple:
		frappe.db.rollback()
		bay, planned_from = frappe.db.get_value(JOB, job, ["bay", "planned_from"])
		return bay, f"{planned_from:%H:%M}"

	def test_a_job_is_dragged_moved_with_the_keyboard_and_refused_where_another_one_is(self):
		with self.desk(self.manager) as desk:
			self.open_board(desk)
			bar = f'.c4s-bar[data-job="{self.planned}"]'
			self.drop(desk, bar, self.bays[1], 13)
			desk.page.wait_for_selector(f'.c4s-lane[data-resource="{self.bays[1]}"] {bar}')
			self.assertEqual((self.bays[1], "13:00"), self.plan_of(self.planned))

			desk.page.locator(bar).focus()
			desk.page.keyboard.press("ArrowRight")
			desk.page.wait_for_selector(f'{bar}[title^="13:15"]')
			desk.page.keyboard.press("ArrowUp")
			desk.page.wait_for_selector(f'.c4s-lane[data-resource="{self.bays[0]}"] {bar}')
			self.assertEqual((self.bays[0], "13:15"), self.plan_of(self.planned))

			# What waits in the tray is refused where the bay is taken, and planned where it is free.
			card = f'.c4s-waits[data-thing="{self.waiting}"]'
			self.drop(desk, card, self.bays[0], 13.5)
			desk.page.wait_for_selector(".msgprint:has-text('一号工位')")
			self.assertEqual(0, frappe.db.count(JOB, {"service_visit": self.waiting}))
			desk.page.keyboard.press("Escape")
			desk.page.locator(".modal.show").wait_for(state="hidden")
			self.drop(desk, card, self.bays[1], 9)
			desk.page.locator(card).wait_for(state="detached")
			frappe.db.rollback()
			self.assertEqual((self.bays[1], "09:00"), self.plan_of(frappe.db.get_value(JOB, {"service_visit": self.waiting})))
			# The refusal is a message of the server, which the console of the browser notes.
			self.assertEqual([], [problem for problem in desk.problems if "417" not in problem])

	def test_the_board_follows_the_technician_at_work_without_being_touched(self):
		with self.desk(self.manager) as board, self.desk(self.mechanic, PHONE) as phone:
			self.open_board(board)
			phone.go_to("c4s-my-jobs")
			own = f'.c4s-my-job[data-job="{self.own}"]'
			phone.page.locator(f"{own} [data-act=start]").click()
			phone.page.locator(f"{own} [data-act=finish]").wait_for()
			board.hear("c4s-job-board", "workshop")
			board.page.wait_for_selector(f'.c4s-waits[data-thing="{self.own}"]:has-text("作业中")')
			phone.page.locator(f"{own} [data-act=finish]").click()
			phone.page.locator(f"{own} [data-act=self_check]").click()
			phone.page.locator(".modal.show .btn-modal-primary").click()
			phone.page.locator(f"{own} [data-act=self_check]").wait_for(state="detached")
			board.hear("c4s-job-board", "workshop")
			board.page.wait_for_selector(".c4s-waits:has-text('互检'):not(:has-text('自检'))")
			width = phone.page.evaluate("document.documentElement.scrollWidth")
			self.assertLessEqual(width, PHONE["width"])
			self.assert_no_problems(board, phone)
		frappe.db.rollback()
		self.assertEqual("Finished", frappe.db.get_value(JOB, self.own, "status"))
