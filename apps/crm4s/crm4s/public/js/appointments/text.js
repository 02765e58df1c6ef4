// Small words of the appointment desk.

import { safe } from "../text";

export { safe };

export const day_of = (text) => frappe.datetime.str_to_user(text.slice(0, 10));

export const time_of = (text) => frappe.datetime.str_to_user(text.slice(0, 16) + ":00").replace(/:00$/, "");

// In a window of its own: what has been typed here stays.
export const link = (route, name, title) =>
	`<a class="bold" href="/app/${route}/${encodeURIComponent(name)}" target="_blank">${safe(title)}</a>`;

export const joined = (...parts) => parts.filter(Boolean).map(safe).join(" · ");

export const money = (value) => format_currency(value, frappe.boot.sysdefaults.currency, 2);

// Whether a text may be a whole number, plate or VIN; what is shorter is looked for with Enter only.
export function is_complete(text) {
	const digits = text.replace(/\D/g, "");
	if (/^[+\d\s()-]+$/.test(text)) return digits.length >= (text.startsWith("1") ? 11 : 10);
	const letters = text.replace(/[\s·.-]/g, "");
	return /\d/.test(letters) ? letters.length >= 7 : false;
}
