"""When counted work is quadratic in the number of steps: for the hidden tests, and for the self-check. No other module."""

WIDE_H = 16  # units: wide enough that work on all steps at once shows beside the cost of calling NumPy
NARROW_H = 4  # for code that loops over single numbers: there are few of them
PLAIN = 14.0  # growth for 8 times the steps: linear work gives 6 to 10, and the least of all quadratic work 23
CLEAR = 30.0
QUADRATIC = 20.0  # for 64 and 512 steps: linear work gives 6 to 10, and quadratic 25 to 64
FEW_LINES = 2_500  # for 31 steps more in the wide network: calls of NumPy alone take at most 1,900
MOST_LINES = (
    125_000  # for 32 steps in the narrow network, an eighth of what is counted in full: linear work takes 20,000
)


def growth(one: float, short: float, long: float) -> float:
    """By how much work grows from few steps to many, without what one step takes."""
    return (long - one) / max(short - one, 1)
