import { safe } from "../text";

const SIZE = 240;
const MARGIN = 22;
const KM_OF_A_DEGREE = 111.2;
// Rings at these distances, in kilometres.
const RINGS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

// Where teams wait and cars stand, as seen from the store: no map, only direction and distance. North is up.
export function sketch({ store, teams, orders }) {
	const open = orders.filter((order) => !["Solved", "Towed", "Cancelled"].includes(order.status));
	const placed = [...teams, ...open].filter(has_place);
	const centre = has_place(store) ? store : middle_of(placed);
	if (!centre || !placed.length) return `<p class="text-muted">${__("No position is known yet.")}</p>`;
	const away = placed.map((thing) => Math.hypot(...offset(centre, thing)));
	const outer = Math.max(...away, RINGS[0]);
	const scale = (SIZE / 2 - MARGIN) / outer;
	const point = (thing) => {
		const [east, north] = offset(centre, thing);
		return [SIZE / 2 + east * scale, SIZE / 2 - north * scale].map((number) => number.toFixed(1));
	};
	const rings = RINGS.filter((km) => km <= outer && km * 10 > outer).map(
		(km) => `<circle cx="${SIZE / 2}" cy="${SIZE / 2}" r="${(km * scale).toFixed(1)}" class="ring"/>
			<text x="${SIZE / 2 + 3}" y="${(SIZE / 2 - km * scale - 3).toFixed(1)}" class="km">${km} km</text>`
	);
	const ways = open.filter(has_place).flatMap((order) => {
		const team = teams.find(({ name }) => name === order.team);
		if (!team || !has_place(team)) return [];
		const [from, to] = [point(team), point(order)];
		return [`<line x1="${from[0]}" y1="${from[1]}" x2="${to[0]}" y2="${to[1]}" class="way"/>`];
	});
	const team_marks = teams.filter(has_place).map((team) => {
		const [x, y] = point(team);
		const facts = [team.resource_name, team.is_free ? __("Free Now") : __("Not free")].join(" · ");
		return `<circle cx="${x}" cy="${y}" r="7" class="team ${team.is_free ? "free" : ""}"><title>${safe(facts)}</title></circle>`;
	});
	const order_marks = open.filter(has_place).map((order) => {
		const [x, y] = point(order).map(Number);
		const facts = [order.plate_number || order.car_description, order.trouble ? __(order.trouble) : __(order.kind), __(order.status)].join(" · ");
		return `<path d="M${x} ${y} l-6 -13 h12 z" class="order ${order.late ? "late" : ""}"><title>${safe(facts)}</title></path>`;
	});
	const lost = open.filter((order) => !has_place(order)).length;
	return `<svg class="c4s-sketch" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${__("Positions of teams and cars around the store")}">
		${rings.join("")}${ways.join("")}
		${has_place(store) ? `<rect x="${SIZE / 2 - 9}" y="${SIZE / 2 - 9}" width="18" height="18" class="store"><title>${safe(store.dealership_name)}</title></rect>` : ""}
		${team_marks.join("")}${order_marks.join("")}</svg>
		<p class="c4s-legend"><span class="store"></span>${__("Store")} <span class="team"></span>${__("Team")} <span class="order"></span>${__("Car")}</p>
		${lost ? `<p class="text-muted small">${__("{0} without a position", [lost])}</p>` : ""}`;
}

const has_place = (thing) => Boolean(thing && (thing.latitude || thing.longitude));

// Kilometres to the east and to the north; flat enough for the surroundings of a store.
function offset(centre, { latitude, longitude }) {
	const narrowed = Math.cos((centre.latitude * Math.PI) / 180);
	return [(longitude - centre.longitude) * KM_OF_A_DEGREE * narrowed, (latitude - centre.latitude) * KM_OF_A_DEGREE];
}

function middle_of(things) {
	if (!things.length) return null;
	const mean = (field) => things.reduce((sum, thing) => sum + thing[field], 0) / things.length;
	return { latitude: mean("latitude"), longitude: mean("longitude") };
}
