// What every answer says to the browser. A page that says more of itself, as the customers' do, keeps its own words.
// The same stands in deploy/nginx/crm4s-headers.conf for a bench; a test compares them.

// Frappe's desk has scripts within its pages and makes functions out of text: 'unsafe-inline' and 'unsafe-eval' stay as long as a test
// (test_content_policy.py) sees it refused a part without them. What remains is that nothing is loaded from, sent to or framed by another site.
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
