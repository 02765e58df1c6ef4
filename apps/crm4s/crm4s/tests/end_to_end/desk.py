"""The desk as a person uses it: sign in, open, press, fill in, tick, sign. Everything waits for what it needs; nothing sleeps."""

import os
import re
import time
from pathlib import Path

ADDRESS = os.environ.get("CRM4S_TEST_URL")
PASSWORD = "Reception-4S-desk"
# `bench serve` starts no realtime server beside itself.
REALTIME = not os.environ.get("CRM4S_BENCH")
# A folder for pictures of the steps, for whoever wants to look at them or needs them in the docs.
PICTURES = os.environ.get("CRM4S_TEST_PICTURES")
# Of the framework itself, when a field or a page is drawn again while the keyboard is in it.
STUMBLES = ("Failed to execute 'removeChild'", "document.activeElement.select is not a function")
TEXTS = ("Small Text", "Text", "Long Text")
# Everybody's own workspace asks some fifty questions of the server; a test that is not about it begins on a list that asks three.
WORKSPACE, LIGHT_PAGE = "", "/notification-log"
# On a loaded machine everything takes its time.
PATIENCE = 40_000


class Desk:
	"""One browser window; `problems` gathers what a person would not see but should not happen."""

	def __init__(self, page):
		self.page = page
		self.user = ""
		self.problems: list[str] = []
		self.under_way = 0
		page.set_default_timeout(PATIENCE)
		page.on("pageerror", self._note_error)
		page.on("response", self._note_response)
		page.on("console", self._note_refused_content)
		page.on("request", lambda request: self._count(request, 1))
		page.on("requestfinished", lambda request: self._count(request, -1))
		page.on("requestfailed", lambda request: self._count(request, -1))
		page.on("dialog", lambda dialog: dialog.accept())

	def _note_error(self, error) -> None:
		if not str(error).startswith(STUMBLES):
			self.problems.append(f"script error: {error}")

	def _note_response(self, response) -> None:
		# The desk goes on asking for realtime where there is none.
		if response.status >= 400 and "/socket.io/" not in response.url:
			request = response.request
			self.problems.append(f"{response.status} {request.method} {request.url} {(request.post_data or '')[:300]}".strip())

	def _note_refused_content(self, message) -> None:
		# What the server's content policy forbids is missing from the page, and nothing else says so.
		if "Content Security Policy" in message.text:
			self.problems.append(message.text)

	def _count(self, request, step: int) -> None:
		# Realtime keeps a request open all the time.
		if "/socket.io/" not in request.url:
			self.under_way += step

	# Coming in

	def sign_in(self, user: str, first_page: str = LIGHT_PAGE) -> None:
		"""Be `user` from now on, as at a computer that several people use."""
		self.page.goto("about:blank")
		self.page.context.clear_cookies()
		answer = self.page.context.request.post("/api/method/login", form={"usr": user, "pwd": PASSWORD})
		assert answer.status == 200, f"{user} cannot sign in: {answer.text()}"
		self.user = user
		self.enter(first_page)

	def enter(self, first_page: str = LIGHT_PAGE) -> None:
		self.page.goto(f"{ADDRESS}/app{first_page}")
		self.page.wait_for_function("window.frappe && frappe.router && frappe.boot && frappe.get_route()?.length && $('.page-container:visible').length")
		if first_page == WORKSPACE:
			# It looks for its place again a moment later, and stumbles when somebody has left meanwhile.
			self.page.wait_for_selector("#editorjs .codex-editor")
		self.settle()

	def settle(self) -> None:
		"""Wait until nothing has been under way for a moment."""
		deadline = time.monotonic() + PATIENCE / 1000
		quiet = 0
		while quiet < 3:
			if time.monotonic() > deadline:
				raise AssertionError(f"the desk does not come to rest at {self.page.url}: {self.problems}")
			self.page.wait_for_timeout(20)
			quiet = quiet + 1 if self.under_way <= 0 else 0

	# Opening

	def go_to(self, *route: str) -> None:
		"""Be at a place of the desk. A browser may drop a promise that only we wait for, and one ends with its page; a mark does neither."""
		self.page.evaluate("route => { window.arrived = false; frappe.set_route(...route).then(() => { window.arrived = true; }); }", route)
		self._wait("/".join(route), "() => window.arrived !== false", None)

	def show_list(self, doctype: str) -> None:
		self.go_to("List", doctype, "List")
		self._wait(
			f"list of {doctype}",
			"doctype => window.cur_list && cur_list.doctype === doctype && cur_list.$page && cur_list.$page.is(':visible')"
			" && cur_list.data && !cur_list.freeze_on_refresh_pending",
			doctype,
		)
		self.settle()

	def show_form(self, doctype: str, name: str) -> None:
		self.go_to("Form", doctype, name)
		self.wait_for_form(doctype, name)
		if self.page.evaluate("cur_frm.is_dirty()"):
			self.problems.append(f"{doctype} {name} calls itself changed when it is only opened")

	def wait_for_form(self, doctype: str, name: str | None = None) -> str:
		"""A form of this type is open, of this document if one is named; the name of the document."""
		self._wait(
			f"form of {doctype} {name or ''}",
			"([doctype, name]) => window.cur_frm && cur_frm.doctype === doctype && (!name || cur_frm.docname === name) && cur_frm.$wrapper"
			" && cur_frm.$wrapper.is(':visible') && cur_frm.layout && cur_frm.fields_dict",
			[doctype, name],
		)
		self.settle()
		return self.page.evaluate("cur_frm.docname")

	def show_page(self, name: str) -> None:
		self.go_to(name)
		self._wait(f"page {name}", "name => frappe.get_route()[0] === name", name)
		self.settle()

	def hear(self, name: str, screen: str) -> None:
		"""Let a page of ours that lives in `screen` show what happened: at once by realtime, else as it does each minute by itself."""
		if not REALTIME:
			self.page.evaluate("([name, screen]) => frappe.pages[name][screen].renew()", [name, screen])
			self.settle()

	def notice_of_visitor(self):
		"""What a consultant is shown of the visitor who waits: a notice, or the card of the reception where no notice comes."""
		if REALTIME:
			notice = self.page.locator(".desk-alert", has_text="有访客等您接待")
		else:
			self.hear("c4s-reception", "reception")
			notice = self.page.locator('[data-status="Waiting for Consultant"] .c4s-card')
		notice.wait_for()
		return notice

	def _wait(self, what: str, condition: str, argument) -> None:
		from playwright.sync_api import TimeoutError

		try:
			self.page.wait_for_function(condition, arg=argument, polling=30, timeout=PATIENCE)
		except TimeoutError:
			raise AssertionError(f"the {what} does not open: {self.problems}") from None

	def visible_text(self) -> str:
		return self.page.evaluate("document.querySelector('.page-container:not([style*=\"display: none\"])')?.innerText || ''")

	# Acting on a form

	@property
	def form(self):
		"""What belongs to the form or the page that is open."""
		return self.page.locator(".page-container:visible").last

	@property
	def dialog(self):
		"""The dialog on top."""
		return self.page.locator(".modal.show").last

	def press(self, label: str, group: str | None = None) -> None:
		"""Press a button of the form: where it stands in sight there, else in the menu, where a phone keeps them."""
		words = _exactly(label)
		in_sight = self.form.locator(".custom-actions .btn:visible, .form-layout button:visible").filter(has_text=words)
		grouped = self.form.locator(".inner-group-button:visible").filter(has_text=group) if group else None
		if in_sight.count():
			in_sight.first.click()
		elif grouped and grouped.count():
			grouped.locator("button").first.click()
			grouped.locator(".dropdown-item").filter(has_text=words).click()
		else:
			self.form.locator(".menu-btn-group > button:visible").click()
			words = _exactly(f"{group} > {label}" if group else label)
			self.form.locator(".menu-btn-group .menu-item-label:visible").filter(has_text=words).click()
		self.settle()

	def take_action(self, label: str) -> None:
		"""Take the document on with an action of its workflow."""
		before = self.page.evaluate("cur_frm.doc.workflow_state")
		self.form.locator(".actions-btn-group button:visible").first.click()
		self.form.locator(".actions-btn-group .dropdown-item:visible").filter(has_text=_exactly(label)).click()
		# Gone on, or something is said or asked about it.
		self.page.wait_for_function("before => cur_frm.doc.workflow_state !== before || document.querySelector('.modal.show')", arg=before)
		self.settle()

	def tick_items(self, *texts: str) -> None:
		"""Tick items of the panel that shows the touchpoint; each stays ticked when the server has it."""
		for text in texts:
			row = self.form.locator(".c4s-touchpoint-items li", has_text=text)
			self._bring_to_front(self.form, row)
			row.locator("input").check()
			row.locator("label span.text-muted").wait_for()
		self.settle()

	def save(self) -> None:
		self.form.locator(".primary-action:visible").click()
		self.settle()
		assert not self.page.evaluate("cur_frm.is_dirty()"), f"the form was not saved: {self.problems}"

	# Filling in

	def fill(self, scope=None, **values) -> None:
		"""Type values into fields by their names: in the form, or in `scope`, as `desk.dialog`."""
		if scope:
			# A dialog that still slides in swallows what is typed.
			scope.evaluate("node => Promise.all(node.getAnimations({ subtree: true }).map((motion) => motion.finished))")
		for fieldname, value in values.items():
			self._fill(scope or self.form, fieldname, value)
		self.settle()
		for fieldname, value in values.items():
			self._keep(scope or self.form, fieldname, value)

	def _fill(self, scope, fieldname: str, value) -> None:
		field = scope.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first
		self._bring_to_front(scope, field)
		kind = field.get_attribute("data-fieldtype")
		if kind == "Check":
			field.locator("input[type=checkbox].input-with-feedback").set_checked(bool(value))
		elif kind == "Select":
			field.locator("select").select_option(value)
		elif kind == "Link":
			self._choose(field, value)
		elif kind == "Rating":
			field.locator(f'.control-input svg[data-rating="{value}"]').click(position={"x": 18, "y": 12})
		else:
			_type(field, self._as_typed(kind, value))
			self.settle()

	def _as_typed(self, kind: str, value):
		"""Days as people of this site write them."""
		return self.page.evaluate("day => frappe.datetime.str_to_user(day)", value) if kind in ("Date", "Datetime") else value

	def _keep(self, scope, fieldname: str, value) -> None:
		"""Type a text again that is gone: a field that became mandatory by another is drawn again, faster than anybody types."""
		field = scope.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first
		kind = field.get_attribute("data-fieldtype")
		if kind in ("Check", "Select", "Link", "Rating") or not str(value) or not field.is_visible():
			return
		value = self._as_typed(kind, value)
		for _ in range(3):
			typed = field.locator("input, textarea").first.input_value()
			if typed == value or (typed and kind not in TEXTS):
				return
			_type(field, value)
			self.settle()
		raise AssertionError(f"the field {fieldname} does not keep {value}: {self.problems}")

	def show_field(self, fieldname: str) -> None:
		"""The tab of the open form on which the field stands."""
		self._bring_to_front(self.page, self.page.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first)

	def _bring_to_front(self, scope, field) -> None:
		"""A field on another tab of the form is reached through the tab."""
		field.wait_for(state="attached")
		if field.is_visible():
			return
		tab = field.evaluate("node => node.closest('.tab-pane')?.id")
		scope.locator(f'.form-tabs [href="#{tab}"]').click()
		field.wait_for()

	def choose(self, fieldname: str, typed: str, shown: str) -> None:
		"""In the form, a document that is found by something else than what its line shows, as a car by its whole plate."""
		field = self.form.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first
		self._bring_to_front(self.form, field)
		self._choose(field, typed, shown)

	def _choose(self, field, value: str, shown: str | None = None) -> None:
		"""What is typed into a link finds the document, and its line is clicked."""
		box = field.locator("input")
		box.click()
		# Over what stands there, as a grade that is proposed.
		box.press("Control+a")
		box.press_sequentially(value)
		field.locator("[role=listbox] > :visible").filter(has_text=shown or value).first.click()
		self.settle()

	def sign(self, scope, fieldname: str) -> None:
		"""Draw a signature with the finger."""
		field = scope.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first
		self._bring_to_front(scope, field)
		pad = field.locator("canvas.jSignature")
		pad.scroll_into_view_if_needed()
		box = pad.bounding_box()
		mouse = self.page.mouse
		mouse.move(box["x"] + 40, box["y"] + 60)
		mouse.down()
		for step in range(1, 8):
			mouse.move(box["x"] + 40 + 20 * step, box["y"] + (60 if step % 2 else 100))
		mouse.up()

	def confirm(self, label: str | None = None) -> None:
		"""Press the button of the dialog on top that goes ahead, and see the dialog go."""
		dialog = self.dialog
		identity = dialog.evaluate("node => node.dataset.seen = node.dataset.seen || Math.random()")
		buttons = dialog.locator(".modal-footer :is(.btn-primary, .btn-danger):visible")
		(buttons.filter(has_text=_exactly(label)) if label else buttons).first.click()
		dialog_shown = f".modal.show[data-seen='{identity}']"
		self.page.wait_for_function(
			"dialog => !document.querySelector(dialog) || document.querySelector('.modal.show .msgprint')?.offsetParent", arg=dialog_shown
		)
		if self.page.locator(dialog_shown).count():
			raise AssertionError(f"the dialog stays open: {self.page.locator('.modal.show .msgprint').all_inner_texts()}")
		self.settle()

	def message(self) -> str:
		"""The text of the message that the desk shows, which is closed then."""
		box = self.page.locator(".modal.show:has(.msgprint:visible)").last
		text = box.locator(".msgprint").inner_text()
		box.locator(".btn-modal-close").click()
		self.page.wait_for_function("![...document.querySelectorAll('.modal.show .msgprint')].some((text) => text.offsetParent)")
		return text

	def picture(self, name: str) -> None:
		if PICTURES:
			self.settle()
			# Charts grow when they are drawn.
			self.page.wait_for_timeout(1000)
			self.picture_as_is(name)

	def picture_as_is(self, name: str) -> None:
		if PICTURES:
			self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _type(field, value) -> None:
	box = field.locator("input, textarea").first
	box.fill(str(value))
	# Not the Tab key: the calendar of the next field would open over others.
	box.dispatch_event("change")
	box.blur()


def _exactly(text: str) -> re.Pattern:
	return re.compile(rf"^\s*{re.escape(text)}\s*$")
