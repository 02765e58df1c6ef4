"""How far a figure from a sample may lie from the truth: 95 % intervals. Pure."""

from math import inf, sqrt

# The 97.5 % point of the normal distribution.
Z = 1.959963984540054
# The 97.5 % points of Student's t for few degrees of freedom, where the series below is too far off.
T_OF_FEW = {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764}


def t_point(freedom: int) -> float:
	"""The 97.5 % point of Student's t to three figures or better; infinite without a degree of freedom.

	The expansion of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
	"""
	if freedom < 1:
		return inf
	if freedom in T_OF_FEW:
		return T_OF_FEW[freedom]
	z, n = Z, freedom
	terms = (
		(z**3 + z) / 4,
		(5 * z**5 + 16 * z**3 + 3 * z) / 96,
		(3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
		(79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
	)
	return z + sum(term / n**power for power, term in enumerate(terms, 1))


def mean_interval(count: int, total: float, squares: float, lowest: float, highest: float) -> tuple[float, float]:
	"""The interval of a mean from the sums of the values and of their squares, kept within the scale; the whole scale for fewer than two."""
	if count < 2:
		return lowest, highest
	mean = total / count
	variance = max(squares - count * mean * mean, 0.0) / (count - 1)
	half = t_point(count - 1) * sqrt(variance / count)
	return max(mean - half, lowest), min(mean + half, highest)


def nps_interval(promoters: int, detractors: int, answers: int) -> tuple[float, float]:
	"""The interval of the net promoter score, -100 to 100; all of that without an answer.

	Promoters and detractors are two cells of one multinomial, so their difference is that of paired proportions; the adjusted Wald interval of
	Bonett and Price (2012), Journal of Educational and Behavioral Statistics 37(4), 479-488, which adds one answer to each of the two.
	"""
	if not answers:
		return -100.0, 100.0
	size = answers + 2
	promoted, detracted = (promoters + 1) / size, (detractors + 1) / size
	middle = promoted - detracted
	half = Z * sqrt((promoted + detracted - middle**2) / size)
	return max(100 * (middle - half), -100.0), min(100 * (middle + half), 100.0)
