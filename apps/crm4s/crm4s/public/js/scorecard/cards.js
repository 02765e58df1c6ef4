// The parts of the scorecard as HTML.
import { change, figure, light, line, minus, month_name, number, plain, standing } from "./figures";
import { safe } from "../text";

const DIMENSIONS = ["Satisfaction", "Loyalty", "Retention", "Churn", "Conversion", "Relationship Cost", "Complaint Handling", "Our Team"];
const FULL = 120;
const POINTS = { unit: "Points", decimals: 1, direction: "Higher" };

// The composite score as a ring that is full at 120, with a mark at 100.
export function score_card({ points, kpis, months }) {
	const { value, before, trend } = points;
	const of_light = (name) => kpis.filter((kpi) => kpi.light === name).length;
	const lights = ["Green", "Yellow", "Red"].filter(of_light).map((name) => `<span>${light(name)} ${of_light(name)}</span>`).join("");
	const by = minus(value, before);
	return `<section class="c4s-sc-score">
		${ring(value)}
		<div class="c4s-sc-score-words">
			<h2>${__("Composite Score")}</h2>
			<p class="text-muted">${__("100 is every target reached")}</p>
			<p>${change(by, POINTS)} ${by === null ? "" : `<span class="text-muted">${__("since {0}", [month_name(months.at(-2), true)])}</span>`}</p>
			<p class="c4s-sc-lights">${lights}</p>
			<p class="c4s-sc-standing">${standing(points, POINTS)}</p>
		</div>
		<div class="c4s-sc-score-line">${line(trend, 100, { width: 340, height: 46, light: shade(value) })}</div>
	</section>`;
}

const shade = (value) => (value === null ? null : value >= 100 ? "Green" : value >= 90 ? "Yellow" : "Red");

function ring(value) {
	const [radius, centre] = [50, 60];
	const round = 2 * Math.PI * radius;
	const share = Math.min(Math.max(value || 0, 0), FULL) / FULL;
	const angle = (100 / FULL) * 2 * Math.PI - Math.PI / 2;
	const at = (distance) => `${(centre + distance * Math.cos(angle)).toFixed(1)} ${(centre + distance * Math.sin(angle)).toFixed(1)}`;
	return `<svg class="c4s-sc-ring is-${(shade(value) || "none").toLowerCase()}" viewBox="0 0 120 120" role="img" aria-label="${value ?? ""}">
		<circle cx="60" cy="60" r="${radius}"/>
		<circle class="c4s-sc-ring-full" cx="60" cy="60" r="${radius}" stroke-dasharray="${(share * round).toFixed(1)} ${round.toFixed(1)}" transform="rotate(-90 60 60)"/>
		<path d="M${at(42)}L${at(59)}"/>
		<text x="60" y="69" text-anchor="middle">${value === null ? "–" : number(value, 1)}</text>
	</svg>`;
}

// What changed most, and who moved it.
export function movers_card({ movers, months, notes }) {
	const rows = movers.map((row) => mover(row, notes)).join("") || `<p class="text-muted">${__("Nothing has changed since the month before.")}</p>`;
	return `<section class="c4s-sc-movers"><h2>${__("What Changed Most Since {0}, and Why", [month_name(months.at(-2), true)])}</h2>${rows}</section>`;
}

function mover(row, notes) {
	const [before, now] = row.amounts;
	const counted = row.names.map((name, position) => `${safe(name)} ${number(before[position])} → ${number(now[position])}`).join(" · ");
	const said = notes.find(({ kpi }) => kpi === row.kpi);
	const parts = row.parts.slice(0, 3).map((part) => part_of(part, row)).join("") || (said ? `<q>${safe(said.note)}</q>` : "");
	const before_value = row.value - row.change;
	return `<button type="button" class="c4s-sc-mover" data-kpi="${safe(row.kpi)}">
		<span class="c4s-sc-arrow ${row.better ? "is-better" : "is-worse"}">${row.change > 0 ? "▲" : "▼"}</span>
		<span class="c4s-sc-mover-what"><b>${safe(row.title)}</b> ${plain(before_value, row)} → <b>${plain(row.value, row)}</b><span class="text-muted c4s-sc-counted">${counted}</span></span>
		<span class="c4s-sc-parts">${parts}</span>
	</button>`;
}

export const part_of = ({ name, change: by }, of) => `<span class="c4s-sc-part">${safe(name)} ${change(by, { ...of, decimals: Math.max(of.decimals, 1) })}</span>`;

// A tile for each dimension: its first KPI large, the others below.
export function tiles({ kpis }) {
	return DIMENSIONS.map((dimension) => kpis.filter((kpi) => kpi.dimension === dimension))
		.filter((of_dimension) => of_dimension.length)
		.map((of_dimension) => tile(of_dimension))
		.join("");
}

function tile([first, ...more]) {
	const aim = first.target === null || first.target === undefined ? "" : `<span class="c4s-sc-target">${__("target {0}", [plain(first.target, first)])}</span>`;
	return `<article class="c4s-sc-tile is-${(first.light || "none").toLowerCase()}">
		<button type="button" data-kpi="${safe(first.kpi)}">
			<header><span>${__(first.dimension)}</span>${light(first.light)}</header>
			<span class="c4s-sc-name">${safe(first.title)}</span>
			<span class="c4s-sc-value">${figure(first.value, first)} ${change(minus(first.value, first.before), first)}</span>
			${aim}
			${line(first.trend, first.target, { light: first.light })}
			<span class="c4s-sc-standing">${standing(first, first) || industry(first)}</span>
		</button>
		${more.map(second).join("")}
	</article>`;
}

function second(kpi) {
	return `<button type="button" class="c4s-sc-second" data-kpi="${safe(kpi.kpi)}">
		${light(kpi.light) || "<span class='c4s-sc-light'></span>"}<span>${safe(kpi.title)}</span><b>${plain(kpi.value, kpi)}</b>${change(minus(kpi.value, kpi.before), kpi)}
	</button>`;
}

export const industry = (kpi) => (kpi.industry ? __("industry {0} in {1}", [plain(kpi.industry.value, kpi), kpi.industry.year]) : "");

// Stores below the node, or people of the store: a row each, with a light behind every figure.
export function table({ stores, people }) {
	const rows = stores.rows?.length ? stores : people.rows?.length ? people : null;
	if (!rows) return "";
	const of_stores = rows === stores;
	const head = rows.kpis.map((kpi) => `<th>${safe(kpi.title)}</th>`).join("");
	const points = (row) => (of_stores ? `<td class="c4s-sc-points">${row.points === null ? "–" : number(row.points, 1)}</td>` : "");
	const name = (row) => (of_stores ? `<button type="button" class="btn-link" data-store="${safe(row.store)}">${safe(row.name)}</button>` : safe(row.name));
	const cells = (row) => row.cells.map((cell, position) => `<td class="is-${(cell?.light || "none").toLowerCase()}" ${cell ? `title="${number(cell.numerator)} / ${number(cell.denominator)}"` : ""}>${cell ? plain(cell.value, rows.kpis[position]) : ""}</td>`).join("");
	const body = rows.rows.map((row) => `<tr><th scope="row">${name(row)}</th>${points(row)}${cells(row)}</tr>`).join("");
	return `<section class="c4s-sc-table"><h2>${of_stores ? __("Stores") : __("People")}</h2>
		<div><table><thead><tr><th></th>${of_stores ? `<th>${__("Composite Score")}</th>` : ""}${head}</tr></thead><tbody>${body}</tbody></table></div>
	</section>`;
}

export function actions_card({ actions }) {
	const rows = actions.map(action_row).join("") || `<p class="text-muted">${__("No improvement is under way. Press a tile to begin one.")}</p>`;
	return `<section class="c4s-sc-actions"><h2>${__("Improvements and What Became of the Figure")}</h2>${rows}</section>`;
}

export function action_row(action) {
	const { name, subject, responsible_name, due_on, status, overdue, effect, then, now, title, store } = action;
	const state = overdue ? __("Overdue") : __(effect || status);
	const colour = overdue || effect === "Not Effective" ? "red" : status === "Checked" ? "green" : status === "Done" ? "orange" : "blue";
	return `<a class="c4s-sc-action" href="/app/c4s-improvement-action/${encodeURIComponent(name)}">
		<span class="indicator-pill ${colour}">${state}</span>
		<span><b>${safe(subject)}</b><span class="text-muted">${safe([store, title, responsible_name].filter(Boolean).join(" · "))} · ${frappe.datetime.str_to_user(due_on)}</span></span>
		<span class="c4s-sc-effect">${plain(then, action)} → <b>${plain(now, action)}</b> ${change(minus(now, then), action)}</span>
	</a>`;
}

export function notes_card({ notes }) {
	if (!notes.length) return "";
	return `<section class="c4s-sc-notes"><h2>${__("What Managers Say")}</h2>${notes.map(note_row).join("")}</section>`;
}

export const note_row = ({ title, store, note, by, creation }) => `<p><b>${safe([store, title].filter(Boolean).join(" · "))}</b> ${safe(note)} <span class="text-muted">${safe(by)}, ${frappe.datetime.str_to_user(creation.slice(0, 10))}</span></p>`;

// Ours beside what market researchers found at local competitors.
export function rivals_card({ rivals }) {
	if (!rivals.length) return "";
	const row = ({ title, vehicle_model, unit, ours, median, best, best_by, tone }) => `<tr><th scope="row">${safe(title)} <span class="text-muted">${safe([vehicle_model, unit].filter(Boolean).join(" · "))}</span></th>
		<td class="is-${tone > 0 ? "green" : tone < 0 ? "red" : "none"}">${number(ours, 0)}</td><td>${number(median, 0)}</td><td title="${safe(best_by)}">${number(best, 0)}</td></tr>`;
	return `<section class="c4s-sc-table"><h2><a href="/app/query-report/C4S Competitor Benchmark">${__("Beside Local Competitors")}</a></h2>
		<div><table><thead><tr><th></th><th>${__("Ours")}</th><th>${__("Their Median")}</th><th>${__("Their Best")}</th></tr></thead><tbody>${rivals.map(row).join("")}</tbody></table></div>
	</section>`;
}
