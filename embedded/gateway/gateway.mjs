// The one public port of an instance, on loopback: realtime at /socket.io, everything else is passed to the application.

import { createRequire } from "node:module";
import http from "node:http";
import path from "node:path";
import { withOurs } from "./headers.mjs";
import { Patience } from "./patience.mjs";
import { serveRealtime } from "./realtime.mjs";

const require = createRequire(path.join(process.env.CRM4S_NODE, "package.json"));
const port = Number(process.env.CRM4S_PORT);
const application = new URL(process.env.CRM4S_APPLICATION);
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade"]);

// Names of this machine only: a page on the web must not reach the CRM by a name that it points at loopback.
const isOurs = (host = "") => /^(localhost|127\.0\.0\.1|\[::1\]|[a-z0-9-]+\.localhost)(:\d+)?$/i.test(host);

const endToEnd = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

const patience = new Patience();
const refuse = (response, status, headers, sentence) => response.writeHead(status, withOurs({ "content-type": "text/plain; charset=utf-8", ...headers })).end(sentence);

function receive(request, response) {
	if (!isOurs(request.headers.host)) return refuse(response, 421, {}, "This server answers to localhost only.\n");
	// What is served from disk costs nothing, and our own methods have limits of their own.
	if (/^\/(assets\/|api\/method\/crm4s\.)/.test(request.url)) return pass(request, response, () => {});
	patience.wait(
		request.socket.remoteAddress,
		(done) => (response.destroyed ? done() : pass(request, response, done)),
		() => refuse(response, 429, { "retry-after": "60", connection: "close" }, "Too many sign-ins failed from your connection; wait a minute.\n"),
	);
}

function pass(request, response, done) {
	const headers = endToEnd(request.headers);
	headers["x-forwarded-for"] = request.socket.remoteAddress;
	headers["x-forwarded-proto"] = "http";
	if (request.headers["transfer-encoding"]) headers["transfer-encoding"] = request.headers["transfer-encoding"];
	// No keep-alive agent: gunicorn may close an idle connection in the moment a request is written to it.
	const { hostname, port: inner } = application;
	const inward = http.request({ hostname, port: inner, method: request.method, path: request.url, headers, agent: false });
	inward.on("response", (answer) => {
		response.writeHead(answer.statusCode, withOurs(endToEnd(answer.headers)));
		answer.pipe(response);
	});
	inward.on("error", () => {
		if (response.headersSent) return response.destroy();
		refuse(response, 502, { "retry-after": "2" }, "The CRM is starting or busy; try again in a moment.\n");
	});
	response.on("close", () => {
		inward.destroy();
		done(response.statusCode);
	});
	request.pipe(inward);
}

const server = http.createServer(receive);
server.requestTimeout = 0; // uploads of large imports take their time
const site = process.env.FRAPPE_SITE;
await serveRealtime({ server, site, application, isOurs, redisUrl: process.env.CRM4S_REDIS, require });
server.listen(port, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
