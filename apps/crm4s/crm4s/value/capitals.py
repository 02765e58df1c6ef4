"""Amounts of yuan in Chinese capital figures, as bills carry them beside the digits so that nobody alters one."""

from crm4s.value.money import Number, to_cents

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
# Four places each.
GROUPS = ("", "万", "亿")
LIMIT = 10 ** (len(PLACES) * len(GROUPS))


def in_capitals(amount: Number) -> str:
	"""1680.32 as 壹仟陆佰捌拾元叁角贰分.

	After the rules for filling in bills (支付结算办法, annex 1): zeros in a row are said once, whole yuan and whole jiao end with 整, and
	a missing jiao before fen is said as 零.

	Raises:
		ValueError: negative, or 10^12 yuan and more.
	"""
	cents = int(to_cents(amount) * 100)
	if not 0 <= cents < LIMIT * 100:
		raise ValueError(f"{amount} cannot be said in capital figures")
	yuan, rest = divmod(cents, 100)
	jiao, fen = divmod(rest, 10)
	said = f"{_whole(yuan)}元" if yuan or not rest else ""
	if jiao:
		said += f"{DIGITS[jiao]}角"
	elif fen and said:
		said += DIGITS[0]
	return f"{said}{DIGITS[fen]}分" if fen else f"{said}整"


def _whole(number: int) -> str:
	"""From the highest place down; a zero is said only when another figure follows."""
	said, pending_zero = "", False
	for position in reversed(range(len(GROUPS))):
		group = number // 10_000**position % 10_000
		for place in reversed(range(len(PLACES))):
			digit = group // 10**place % 10
			if digit:
				said += (DIGITS[0] if pending_zero else "") + DIGITS[digit] + PLACES[place]
			pending_zero = bool(said) and not digit
		said += GROUPS[position] if group else ""
	return said or DIGITS[0]
