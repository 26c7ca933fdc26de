"""Small numbers of persons are hidden, so that no subtraction brings them back (R80, settled decision 6). Pure.

For pupils, teachers and answers of persons; never for schools, networks or dates.
"""

LEAST = 5  # the smallest number of persons that is shown


def is_small(value, least=LEAST):
    """Whether a number by itself is hidden. Zero is shown: it is about nobody."""
    return 0 < value < least


def hidden(values, least=LEAST):
    """Which parts of a whole to hide: a boolean for each of `values` (int >= 0).

    The whole is shown unless `is_small`, whatever it is split by: if one split hid it, another would tell. Who
    subtracts what is shown from the whole knows the sum of what is hidden, so more is hidden, the smallest first,
    until each hidden number could be 1 as well as `least` or more. Where that is not possible all parts are hidden,
    zeros too.
    """
    hiding = [is_small(value, least) for value in values]
    if not any(hiding):
        return hiding
    others = sorted((value, place) for place, value in enumerate(values) if value >= least)
    while not _is_vague([value for value, is_hidden in zip(values, hiding, strict=True) if is_hidden], least):
        if not others:
            return [True] * len(values)
        _value, place = others.pop(0)
        hiding[place] = True
    return hiding


def _is_vague(numbers, least):
    """Whether the sum of hidden `numbers`, each 1 or more, leaves room for `least` in each of them."""
    return len(numbers) > 1 and sum(numbers) - (len(numbers) - 1) >= least
