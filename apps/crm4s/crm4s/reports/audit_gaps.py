"""Where store audits fall short of the standard: by store, question, section, touchpoint or month."""

from collections.abc import Iterable, Mapping

from crm4s.reports.service_steps import percent


def gaps_by_key(answers: Iterable[Mapping]) -> list[dict]:
	"""One row a key, most gaps first: audits, answers, points (weighted mean of 1,000), gaps, gap_percent, without_action, open_actions.

	Args:
		answers: key, audit, points, weight, is_gap, actions (how many improvement actions the gap has), open_actions (of those, not yet checked or
			cancelled).
	"""
	groups: dict = {}
	for answer in answers:
		groups.setdefault(answer["key"], []).append(answer)
	rows = [{"key": key, **_figures(found)} for key, found in groups.items()]
	return sorted(rows, key=lambda row: (-row["gaps"], row["points"], str(row["key"])))


def _figures(found: list[Mapping]) -> dict:
	gaps = [answer for answer in found if answer["is_gap"]]
	weight = sum(answer["weight"] for answer in found)
	return {
		"audits": len({answer["audit"] for answer in found}),
		"answers": len(found),
		"points": round(sum(answer["points"] * answer["weight"] for answer in found) / weight, 1) if weight else 0.0,
		"gaps": len(gaps),
		"gap_percent": percent(len(gaps), len(found)),
		"without_action": sum(not answer["actions"] for answer in gaps),
		"open_actions": sum(answer["open_actions"] for answer in gaps),
	}
