// How the scorecard writes figures, changes, lights and lines over the months.

const UNITS = { Percent: " %", Ratio: " ×", Points: "" };
const LIGHTS = { Green: ["✓", () => __("On target")], Yellow: ["!", () => __("Close to target")], Red: ["✕", () => __("Off target")] };
const SAME = 1e-9;

export const number = (value, decimals = 0) => format_number(value, null, decimals);

export const figure = (value, { unit, decimals }) => (value === null || value === undefined ? "–" : `${number(value, decimals)}<small>${UNITS[unit] ?? ""}</small>`);

export const plain = (value, of) => figure(value, of).replace(/<\/?small>/g, "");

// By how much it changed, green where that is better.
export function change(by, { decimals, direction }) {
	// What rounds to nothing has not changed.
	if (by === null || by === undefined || Math.abs(by) < Math.max(SAME, 0.5 / 10 ** decimals)) return "";
	const better = by > 0 === (direction !== "Lower");
	const shown = number(Math.abs(by), decimals);
	return `<span class="c4s-sc-change ${better ? "is-better" : "is-worse"}">${by > 0 ? "▲" : "▼"} ${shown}</span>`;
}

export const minus = (now, before) => (typeof now === "number" && typeof before === "number" ? now - before : null);

// A light says its colour by a sign as well.
export function light(name, with_words = false) {
	if (!LIGHTS[name]) return with_words ? `<span class="c4s-sc-light">${__("No target")}</span>` : "";
	const [sign, words] = LIGHTS[name];
	return `<span class="c4s-sc-light is-${name.toLowerCase()}" title="${words()}"><b>${sign}</b>${with_words ? ` ${words()}` : ""}</span>`;
}

export const month_name = (month, short = false) => moment(month).format(frappe.boot.lang.startsWith("zh") ? (short ? "M月" : "YYYY年M月") : short ? "MMM" : "MMMM YYYY");

// A line over the months, with the target as a dashed one; months without a figure are a gap.
export function line(values, target, { width = 220, height = 44, light: shade = null, dots = false } = {}) {
	const known = values.filter((value) => typeof value === "number");
	if (known.length < 2) return "";
	const bounds = typeof target === "number" ? [...known, target] : known;
	let [low, high] = [Math.min(...bounds), Math.max(...bounds)];
	if (high - low < SAME) [low, high] = [low - 1, high + 1];
	const pad = 5;
	const x = (position) => pad + (position * (width - 2 * pad)) / (values.length - 1);
	const y = (value) => pad + ((high - value) * (height - 2 * pad)) / (high - low);
	let path = "";
	values.forEach((value, position) => {
		if (typeof value !== "number") return;
		path += `${typeof values[position - 1] === "number" ? "L" : "M"}${x(position).toFixed(1)} ${y(value).toFixed(1)}`;
	});
	const last = values.length - 1;
	const mark = (position) => (typeof values[position] === "number" ? `<path class="c4s-sc-dot${position === last ? " is-last" : ""}" d="M${x(position).toFixed(1)} ${y(values[position]).toFixed(1)}h.01"/>` : "");
	const dashed = typeof target === "number" ? `<line class="c4s-sc-aim" x1="0" x2="${width}" y1="${y(target).toFixed(1)}" y2="${y(target).toFixed(1)}"/>` : "";
	const marks = dots ? values.map((value, position) => mark(position)).join("") : mark(last);
	return `<svg class="c4s-sc-line is-${(shade || "none").toLowerCase()}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${__("Last 13 months")}">${dashed}<path d="${path}"/>${marks}</svg>`;
}

// "2 of 3 stores" and what the best and the middle one reach.
export function standing({ rank, stores, best, median }, of) {
	if (best === null || best === undefined) return "";
	const place = rank ? __("{0} of {1} stores", [`<b>${rank}</b>`, stores]) : __("{0} stores", [stores]);
	return `${place} · ${__("best {0}", [plain(best, of)])} · ${__("median {0}", [plain(median, of)])}`;
}

