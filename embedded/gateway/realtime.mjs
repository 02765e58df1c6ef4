// Live updates for the desk: who a socket belongs to and what it may listen to is asked of Frappe; what happens arrives
// from Redis. Rooms and event names are those that Frappe's own Python and browser code use.

const room = {
	all: "all",
	website: "website",
	user: (user) => `user:${user}`,
	doctype: (doctype) => `doctype:${doctype}`,
	document: (doctype, name) => `doc:${doctype}/${name}`,
	viewers: (doctype, name) => `open_doc:${doctype}/${name}`,
	task: (id) => `task_progress:${id}`,
};

export async function serveRealtime({ server, site, application, isOurs, redisUrl, require }) {
	const { Server } = require("socket.io");
	const io = new Server(server, { serveClient: false });
	// One fixed namespace: those made on demand are removed with their last socket, and one just being let in is then lost.
	const desk = io.of("/" + site);

	async function ask(socket, method, query = {}) {
		const url = new URL(`/api/method/frappe.realtime.${method}?${new URLSearchParams(query)}`, application);
		const headers = { "X-Frappe-Site-Name": site };
		for (const name of ["cookie", "authorization"])
			if (socket.handshake.headers[name]) headers[name] = socket.handshake.headers[name];
		const answer = await fetch(url, { headers });
		return answer.ok ? (await answer.json()).message : null;
	}

	desk.use(async (socket, next) => {
		const { host, origin } = socket.handshake.headers;
		// Browsers leave the origin out of same-origin polling.
		if (!isOurs(host) || (origin && new URL(origin).host !== host)) return next(new Error("Invalid origin"));
		const user = await ask(socket, "get_user_info").catch(() => null);
		if (!user) return next(new Error("Unauthorized"));
		socket.data = user;
		next();
	});

	const showViewers = (socket, doctype, name) => {
		const members = socket.nsp.adapter.rooms.get(room.viewers(doctype, name)) ?? new Set();
		const users = new Set([...members].map((id) => socket.nsp.sockets.get(id)?.data.user).filter(Boolean));
		if (users.size === 1 && users.has(socket.data.user)) return;
		socket.nsp.to(room.viewers(doctype, name)).emit("doc_viewers", { doctype, docname: name, users: [...users] });
	};

	desk.on("connection", (socket) => {
		const opened = new Map();
		const allowed = (method, query) => ask(socket, method, query).then((answer) => answer === true, () => false);
		const readable = (doctype, docname) => allowed("can_subscribe_doc", { doctype, docname });

		socket.join([room.user(socket.data.user), room.website]);
		if (socket.data.user_type === "System User") socket.join(room.all);

		socket.on("ping", () => socket.emit("pong"));
		socket.on("doctype_subscribe", async (doctype) => {
			if (await allowed("can_subscribe_doctype", { doctype })) socket.join(room.doctype(doctype));
		});
		socket.on("doctype_unsubscribe", (doctype) => socket.leave(room.doctype(doctype)));
		for (const event of ["task", "progress"]) {
			socket.on(`${event}_subscribe`, (id) => socket.join(room.task(id)));
			socket.on(`${event}_unsubscribe`, (id) => socket.leave(room.task(id)));
		}
		socket.on("doc_subscribe", async (doctype, name) => {
			if (await readable(doctype, name)) socket.join(room.document(doctype, name));
		});
		socket.on("doc_unsubscribe", (doctype, name) => socket.leave(room.document(doctype, name)));
		socket.on("doc_open", async (doctype, name) => {
			if (!(await readable(doctype, name))) return;
			opened.set(room.viewers(doctype, name), [doctype, name]);
			socket.join(room.viewers(doctype, name));
			showViewers(socket, doctype, name);
		});
		socket.on("doc_close", (doctype, name) => {
			opened.delete(room.viewers(doctype, name));
			socket.leave(room.viewers(doctype, name));
			showViewers(socket, doctype, name);
		});
		socket.on("disconnect", () => opened.forEach(([doctype, name]) => showViewers(socket, doctype, name)));
	});

	const redis = require("redis").createClient({ url: redisUrl });
	// Without a listener a lost connection would end the process; the client reconnects by itself.
	redis.on("error", (error) => console.error("redis:", error.message));
	await redis.connect();
	await redis.subscribe("events", (text) => {
		const { namespace, room: target, event, message } = JSON.parse(text);
		if (namespace === site) (target ? desk.to(target) : desk).emit(event, message);
	});
}
