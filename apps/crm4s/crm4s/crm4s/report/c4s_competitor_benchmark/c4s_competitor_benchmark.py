"""Our prices, times and service beside those of local competitors, as market researchers found them."""

import frappe
from frappe import _

from crm4s.access.chosen_stores import keep_stores
from crm4s.cells import harmless_in
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.competitors import by_competitor, by_item, newest
from crm4s.rivals.own_figures import own_figures

FIGURE, ITEM, MODEL = "C4S Competitor Figure", "C4S Benchmark Item", "C4S Vehicle Model"
BY_ITEM, BY_COMPETITOR, EACH = "Benchmark Item", "Competitor", "Every Figure"
VIEWS = (BY_ITEM, BY_COMPETITOR, EACH)
FILTERS = ("competitor", "item", "vehicle_model")
FIELDS = ("name", "competitor", "outlet", "item", "vehicle_model", "observed_on", "value", "own_value", "source", "dealership")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=12)
	items = read_items(filters)
	figures = newest(read(filters, items))
	own = own_figures(items, {(figure.item, figure.vehicle_model or "") for figure in figures}, filters)
	compared = by_item(figures, items, own)
	build = {BY_ITEM: item_view, BY_COMPETITOR: competitor_view, EACH: each_view}[filters.view]
	columns, rows, chart = build(filters, items, figures, own, compared)
	return columns, rows, None if rows else _("No figures of competitors were entered for this time."), chart, summary(compared)


def read_items(filters) -> dict:
	chosen = {"aspect": filters.aspect} if filters.aspect else {}
	rows = frappe.get_all(ITEM, chosen, ["name", "aspect", "unit", "better", "own_figure", "sequence"], limit_page_length=0)
	return {row.name: row for row in rows}


def read(filters, items: dict) -> list[dict]:
	figure = frappe.qb.DocType(FIGURE)
	query = frappe.qb.from_(figure).select(*(figure[field] for field in FIELDS)).where(shapes.within(figure.observed_on, filters))
	query = shapes.equal_to(query, figure, filters, FILTERS)
	return [row for row in keep_stores(query, figure.dealership, filters.dealership).run(as_dict=True) if row.item in items]


def item_view(filters, items: dict, figures: list, own: dict, compared: list):
	rows = []
	for row in sorted(compared, key=lambda row: (items[row["item"]].sequence, row["item"], row["vehicle_model"])):
		item = items[row["item"]]
		place = _("{0} of {1}").format(row["place"], row["of"]) if row["place"] else ""
		words = {"label": _(row["item"]), "aspect": _(item.aspect), "unit": _(item.unit), "best_by": _(row["best_by"]), "place_shown": place}
		behind = {**_kept(filters), "item": row["item"], **({"vehicle_model": row["vehicle_model"]} if row["vehicle_model"] else {})}
		rows.append({**row, **words, "model": _model(row["vehicle_model"]), "behind": behind, "span": _span(filters), "tones": {"difference": row["tone"]}})
	number = {"fieldtype": "Float", "precision": 2, "width": 120}
	columns = [
		shapes.column("label", _("Benchmark Item"), "Data", 200),
		*([shapes.column("model", _("Model"), "Data", 150)] if any(row["model"] for row in rows) else []),
		shapes.column("aspect", _("Dimension"), "Data", 110),
		shapes.column("unit", _("Unit"), "Data", 80),
		shapes.column("ours", _("Our Own"), **number),
		shapes.column("median", _("Competitors (Median)"), "Float", 160, precision=2),
		shapes.column("difference", _("Difference %"), "Percent", 115),
		shapes.column("best", _("Best Competitor"), "Float", 130, precision=2),
		shapes.column("best_by", _("Whose"), "Data", 130),
		shapes.column("place_shown", _("Our Place"), "Data", 100),
		shapes.column("figures", _("Number of Figures"), width=90, **shapes.opens(FIGURE, "observed_on")),
		shapes.column("observed_on", _("Last Observed"), "Date", 120),
	]
	return columns, rows, _chart([row for row in rows if row["difference"] is not None])


def _chart(rows: list[dict]) -> dict | None:
	"""How far ours is from the median: items have different units."""
	drawn = [{**row, "label": f"{row['label']} {row['model']}".strip()} for row in rows]
	return shapes.bars(drawn, {"difference": _("Difference from Competitors %")}, fieldtype="Percent")


def competitor_view(filters, items: dict, figures: list, own: dict, compared: list):
	rows = [
		{**row, "label": _(row["competitor"]), "behind": {**_kept(filters), "competitor": row["competitor"]}, "span": _span(filters)}
		for row in sorted(by_competitor(figures, items, own), key=lambda row: (-row["compared"], row["competitor"]))
	]
	columns = [
		shapes.column("label", _("Competitor"), "Data", 220),
		shapes.column("figures", _("Number of Figures"), width=100, **shapes.opens(FIGURE, "observed_on")),
		shapes.column("compared", _("Compared with Ours"), width=150),
		shapes.column("we_lead", _("We Are Better"), width=120),
		shapes.column("equal", _("Equal"), width=90),
		shapes.column("they_lead", _("They Are Better"), width=130),
		shapes.column("observed_on", _("Last Observed"), "Date", 130),
	]
	return columns, rows, shapes.bars(rows, {"we_lead": _("We Are Better"), "they_lead": _("They Are Better")})


def each_view(filters, items: dict, figures: list, own: dict, compared: list):
	rows = []
	for figure in sorted(figures, key=lambda figure: (items[figure.item].sequence, figure.competitor, figure.outlet or "")):
		ours = own.get((figure.item, figure.vehicle_model or "")) or figure.own_value or None
		words = {"label": _(figure.competitor), "item_name": _(figure.item), "model": _model(figure.vehicle_model), "unit": _(items[figure.item].unit), "source": _(figure.source)}
		rows.append({**figure, **words, "ours": ours})
	harmless_in(rows, "label", "outlet")
	number = {"fieldtype": "Float", "precision": 2, "width": 120}
	columns = [
		shapes.column("label", _("Competitor"), "Data", 160),
		shapes.column("outlet", _("Their Outlet"), "Data", 140),
		shapes.column("item_name", _("Benchmark Item"), "Data", 190),
		shapes.column("model", _("Model"), "Data", 140),
		shapes.column("value", _("Their Figure"), **number),
		shapes.column("ours", _("Our Own"), **number),
		shapes.column("unit", _("Unit"), "Data", 80),
		shapes.column("observed_on", _("Observed On"), "Date", 120),
		shapes.column("source", _("How It Was Found"), "Data", 140),
		shapes.column("name", _("Competitor Figure"), "Link", 140, options=FIGURE),
	]
	return columns, rows, None


def summary(compared: list[dict]) -> list[dict]:
	placed = [row for row in compared if row["place"]]
	return [
		shapes.figure(_("Compared with Ours"), len(placed)),
		shapes.figure(_("We Are Better"), sum(row["tone"] > 0 for row in placed), indicator="Green"),
		shapes.figure(_("They Are Better"), sum(row["tone"] < 0 for row in placed), indicator="Red"),
		shapes.figure(_("We Are Best"), sum(row["place"] == 1 for row in placed), indicator="Blue"),
	]


def _kept(filters) -> dict:
	kept = {field: filters[field] for field in FILTERS if filters.get(field)}
	return kept | ({"dealership": shapes.of_store(filters.dealership)} if filters.dealership else {})


def _span(filters) -> list[str]:
	return [str(filters.from_date), str(filters.to_date)]


def _model(name: str | None) -> str:
	return (frappe.get_cached_value(MODEL, name, "model_title") or name) if name else ""
