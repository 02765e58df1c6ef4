// What every answer says to the browser. A page that says more of itself, as the customers' do, keeps its own words.
// The same stands in deploy/nginx/crm4s-headers.conf for a bench; a test compares them.

// Frappe's desk builds functions out of text (its templates, form scripts, the icons of a button) and has scripts within its pages:
// without 'unsafe-eval' and 'unsafe-inline' it does not open. What remains is that nothing is loaded from, sent to or framed by another site.
export const POLICY = [
	"default-src 'self'",
	"script-src 'self' 'unsafe-inline' 'unsafe-eval'",
	"style-src 'self' 'unsafe-inline'",
	"img-src 'self' data: blob:",
	"font-src 'self' data:",
	"media-src 'self' blob:",
	"connect-src 'self'",
	"worker-src 'self' blob:",
	"frame-src 'self' blob:",
	"object-src 'none'",
	"base-uri 'self'",
	"form-action 'self'",
	"frame-ancestors 'self'",
].join("; ");

export const HEADERS = {
	"content-security-policy": POLICY,
	"x-frame-options": "SAMEORIGIN",
	"x-content-type-options": "nosniff",
	"referrer-policy": "same-origin",
	"permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), display-capture=(), browsing-topics=()",
	"cross-origin-opener-policy": "same-origin",
	"x-permitted-cross-domain-policies": "none",
};

export const withOurs = (headers) => {
	const said = { ...HEADERS, ...headers };
	delete said.server;
	return said;
};
