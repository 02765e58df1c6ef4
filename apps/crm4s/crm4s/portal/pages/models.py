"""New models: looking, comparing up to three, putting one together, asking for a quotation. Guests may as well."""

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.portal import asking, frame, models
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

PATH, COMPARE, CONFIGURE, THANKS = "my/models", "my/models/compare", "my/configure", "my/models/thanks"
MOST_COMPARED = 3


@page(PATH, "models.html", guests=True)
def show(viewer: Viewer | None, context):
	kinds, kind = models.energy_types(), frappe.form_dict.get("energy")
	kind = kind if kind in kinds else None
	context.update(tab="home", title=_("New Models"), kinds=kinds, kind=kind, models=models.offered(energy_type=kind), most=MOST_COMPARED)


@page(COMPARE, "compare.html", guests=True)
def compare(viewer: Viewer | None, context):
	"""The first three that are asked for; what is no model of ours is left out."""
	names = list(dict.fromkeys(frappe.request.args.getlist("m")))[:10]
	found = models.offered([name for name in names if name])[:MOST_COMPARED]
	chosen = [model.name for model in found]
	for model in found:
		model.without = _address(COMPARE, m=[name for name in chosen if name != model.name])
	further = [(model.name, model.model_title) for model in models.offered() if model.name not in chosen] if len(chosen) < MOST_COMPARED else []
	context.update(tab="home", title=_("Compare Models"), models=found, chosen=chosen, further=further, groups=models.specifications(found) if found else [])


@page(CONFIGURE, "configure.html", guests=True)
def configure(viewer: Viewer | None, context):
	"""Each option is a link to the page with it chosen, or not any more: the sum follows without scripts."""
	model = models.one(context["typed"].text("model") or _text("model"))
	context.update(tab="home", title=_("Put Your Car Together"), model=model, all_models=[] if model else models.offered())
	if not model:
		return
	asked_for = context["typed"].text("options").split(",") if context["typed"].text("options") else frappe.request.args.getlist("o")
	options = models.options_for(model)
	chosen = [option.name for option in options if option.name in asked_for]
	for option in options:
		option.chosen = option.name in chosen
		option.path = _address(CONFIGURE, model=[model.name], o=_toggled(chosen, option.name)) + f"#{_anchor(option)}"
		option.anchor = _anchor(option)
	kinds = {kind: [option for option in options if option.option_kind == kind] for kind in dict.fromkeys(option.option_kind for option in options)}
	context.update(
		title=model.model_title, kinds=kinds, chosen=chosen, options_amount=sum(flt(option.price) for option in options if option.chosen),
		total=_total(model, [option for option in options if option.chosen]), stores=asking.stores(viewer),
	)


@action(CONFIGURE, "ask")
def ask(viewer: Viewer | None, form):
	"""A quotation is asked for: a lead with what was chosen.

	Raises:
		frappe.ValidationError: no model, no store, or what a guest has to say is missing.
	"""
	model = models.one(form.text("model"))
	if not model:
		frappe.throw(_("Please choose: {0}.").format(_("Model")))
	wanted = form.text("options").split(",")
	options = [option for option in models.options_for(model) if option.name in wanted]
	store = asking.chosen_store(viewer, form)
	asking.ask_sales(viewer, form, store, model.name, _in_words(model, options, form.text("words", 1000)))
	if not viewer:
		return f"/{THANKS}"
	frame.say(viewer, _("Thank you. The store works out your quotation and calls you."))
	return f"/{PATH}"


@page(THANKS, "thanks.html", guests=True)
def thanks(viewer: Viewer | None, context):
	context.update(tab="home", title=_("Thank you"))


def _in_words(model, options: list, words: str) -> str:
	"""What was put together, as the consultant reads it in the lead."""
	lines = [_("Asks for a quotation in the portal: {0}, guide price {1}.").format(model.model_title, frame.money(model.guide_price))]
	lines += [f"+ {option.option_name} {frame.money(option.price)}" for option in options]
	lines.append(_("Sum: {0}").format(frame.money(_total(model, options))))
	return "\n".join([*lines, words] if words else lines)


def _total(model, options: list) -> float:
	return flt(model.guide_price) + sum(flt(option.price) for option in options)


def _toggled(chosen: list[str], name: str) -> list[str]:
	return [other for other in chosen if other != name] if name in chosen else [*chosen, name]


def _anchor(option) -> str:
	return f"o-{frappe.scrub(option.name)}"


def _text(field: str) -> str:
	value = frappe.form_dict.get(field)
	return value if isinstance(value, str) and len(value) <= 140 else ""


def _address(path: str, **values: list[str]) -> str:
	pairs = [(field, value) for field, found in values.items() for value in found]
	return f"/{path}?{urlencode(pairs)}" if pairs else f"/{path}"
