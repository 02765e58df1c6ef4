"""A small chart of cost against size, both on logarithmic scales, as SVG text; drawn by benchmarks for docs/images."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 44, 20, 56
COLOURS = ("#1579d0", "#12875a", "#d0601c", "#7a4fc9")
TEXT = 'font-family="system-ui, sans-serif" font-size="13" fill="#333"'


def chart(series: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, linear: str = "") -> str:
	"""Lines of (size, cost) points by their names; `linear` names a dashed line of equal steepness for comparison, where one is wanted."""
	points = [point for line in series.values() for point in line]
	low_x, high_x = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)))
	low_y, high_y = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))

	def place(x: float, y: float) -> tuple[float, float]:
		return (
			LEFT + (log10(x) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT),
			HEIGHT - BOTTOM - (log10(y) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM),
		)

	parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(up)}, {escape(across)}">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
	for power in range(low_x, high_x + 1):
		x, _ = place(10**power, 10**low_y)
		parts += [_line((x, TOP), (x, HEIGHT - BOTTOM), "#ddd"), _text(x, HEIGHT - BOTTOM + 18, _number(10**power), "middle")]
	for power in range(low_y, high_y + 1):
		_, y = place(10**low_x, 10**power)
		parts += [_line((LEFT, y), (WIDTH - RIGHT, y), "#ddd"), _text(LEFT - 8, y + 4, _number(10**power), "end")]
	parts += [_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, across, "middle"), f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle" {TEXT}>{escape(up)}</text>']
	first = next(iter(series.values()))
	if linear:
		parts.append(_linear(first[-1], place, 10**low_x, 10**low_y))
	for colour, line in zip(COLOURS, series.values(), strict=False):
		places = [place(*point) for point in line]
		parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
		parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
	for number, (name, colour) in enumerate([*zip(series, COLOURS, strict=False), *([(linear, "#888")] if linear else [])]):
		y = TOP + 16 + 20 * number
		parts += [_line((LEFT + 14, y - 4), (LEFT + 40, y - 4), colour, 2.5, name == linear), _text(LEFT + 48, y, name)]
	return "\n".join([*parts, "</svg>"]) + "\n"


def _linear(last: tuple[float, float], place, low_x: float, low_y: float) -> str:
	"""From the last point down, as steep as cost that grows as the size does."""
	size = max(low_x, last[0] * low_y / last[1])
	return _line(place(size, last[1] * size / last[0]), place(*last), "#888", 1.5, True)


def _line(begin: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1, dashed: bool = False) -> str:
	dashes = ' stroke-dasharray="5 4"' if dashed else ""
	return f'<line x1="{begin[0]:.1f}" y1="{begin[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}" stroke-width="{width}"{dashes}/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
	return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{escape(text)}</text>'


def _number(value: float) -> str:
	return f"{value:,.0f}" if value >= 1 else f"{value:g}"
