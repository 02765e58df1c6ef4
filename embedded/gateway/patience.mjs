// Whoever fails to sign in again and again waits for himself: from then on his address has one request at a time, so that the
// application's threads stay free for everybody else.

const MOST_FAILURES = 60;
const WINDOW_MS = 60_000;
const LONGEST_LINE = 40;
const FAILURES = new Set([401, 429]);

export class Patience {
	#addresses = new Map();

	// Calls `go(done)` when it is this address's turn; `tooMany()` where its line is too long. `done(status)` ends the turn.
	wait(address, go, tooMany) {
		const known = this.#of(address);
		if (known.failures < MOST_FAILURES) return go((status) => this.#note(address, status));
		if (known.line.length >= LONGEST_LINE) return tooMany();
		known.line.push(go);
		this.#next(address, known);
	}

	#of(address) {
		let known = this.#addresses.get(address);
		const now = Date.now();
		if (!known || (now - known.since > WINDOW_MS && !known.busy && !known.line.length)) {
			known = { since: now, failures: 0, line: [], busy: false };
			this.#addresses.set(address, known);
			this.#forgetOld(now);
		}
		return known;
	}

	#forgetOld(now) {
		for (const [address, known] of this.#addresses)
			if (now - known.since > WINDOW_MS && !known.busy && !known.line.length) this.#addresses.delete(address);
	}

	#note(address, status) {
		if (FAILURES.has(status)) this.#of(address).failures++;
	}

	#next(address, known) {
		if (known.busy || !known.line.length) return;
		known.busy = true;
		let ended = false;
		known.line.shift()((status) => {
			if (ended) return;
			ended = true;
			known.busy = false;
			this.#note(address, status);
			this.#next(address, known);
		});
	}
}
