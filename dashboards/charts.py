"""The chart of a figure: bars from zero with their number beside them, as an SVG image that pygal draws.

An image, because then it is the download too, and prints; colours follow the reader's light or dark screen. The
second series is hatched, so both are apart in grey. Scripts, tooltips and random ids of the library are left out: the
same answer is the same file.
"""

import base64
import hashlib
from itertools import takewhile
from xml.etree import ElementTree

import pygal
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pygal.style import Style

from dashboards.tables import HIDDEN, lines_of, number, percent

MOST_BARS = 40  # more are a map and a table
MOST_LETTERS = {True: 18, False: 38}  # of a label, by whether it is narrow
LETTER = 9  # pixels that a letter takes at most; the library reckons with as much for the labels
WIDTHS = {True: 340, False: 760}  # pixels; words keep their size
FORMS = {"breed": False, "smal": True}  # ?beeld=
SVG = "{http://www.w3.org/2000/svg}"
STYLE = """
svg{font-family:system-ui,"DejaVu Sans",sans-serif;font-size:14px;--ink:#17212b;--lead:#0b5d4e;--edge:#6f7b85}
@media(prefers-color-scheme:dark){svg{--ink:#e9eef1;--lead:#7fd8c0;--edge:#8496a2}}
.background{fill:none}
text{fill:var(--ink);stroke:none}
.title{font-weight:700;font-size:15px;text-anchor:middle}
.horizontal .axis.y text{text-anchor:end}
.horizontal .axis.x,.vertical .axis.y .guides{display:none}
.vertical .axis.x text{text-anchor:middle}
.vertical .axis.x .guide,.axis .line{stroke:var(--edge);fill:none}
.vertical .axis.x .guide.line{display:none}
.horizontal .text-overlay text{text-anchor:start}
.color-0 rect,rect.color-0{fill:var(--lead);stroke:var(--lead)}
.color-1 rect,rect.color-1{fill:url(#hatch);stroke:var(--lead)}
#hatch rect{fill:none;stroke:none}
#hatch path{stroke:var(--lead);stroke-width:2}
"""
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6"/><path d="M0 0V6"/></pattern>'
)
# What the library reckons with for the room of words; STYLE says the same.
SIZES = Style(**dict.fromkeys((f"{part}_font_size" for part in ("label", "major_label", "legend", "title")), 15))
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# The one style of the image and nothing else, also when it is opened by itself.
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; sandbox"


def has_chart(answer):
    """Whether there is something to draw: parts with a number, and not more than one can look over."""
    return len(answer.cells) <= MOST_BARS and any(cell.value is not None for cell in answer.cells)


def chart_response(figure, answer, asked, beside=None, *, form=""):
    """The chart as an answer. form: a key of FORMS for in the page, where words stand around it; "" to keep it."""
    image = chart(figure, answer, asked, beside, is_narrow=FORMS.get(form, False), with_title=form not in FORMS)
    response = HttpResponse(image, content_type="image/svg+xml")
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    if form not in FORMS:
        response["Content-Disposition"] = f'attachment; filename="loket-cijfers-{figure.key}-{answer.as_of}.svg"'
    return response


def chart(figure, answer, asked, beside=None, *, is_narrow=False, with_title=False):
    """The SVG (bytes) of an Answer that `has_chart`, with a second Answer beside it or None.

    with_title: the name, what was chosen and the day in it, for an image that goes its own way.
    """
    lines = [line for line in lines_of(answer, asked, beside) if _is_told(line.cell) or _is_told(line.beside)]
    series = [[line.shown for line in lines]] + ([[line.beside for line in lines]] if beside else [])
    is_trend = asked.split == "schooljaar" and not is_narrow
    kind = pygal.Bar if is_trend else pygal.HorizontalBar
    labels = _short([str(line.cell.label) for line in lines], MOST_LETTERS[is_narrow])
    is_short = is_narrow or is_trend
    title = _title(figure, answer, asked) if with_title else None
    drawing = kind(
        width=WIDTHS[is_narrow],
        height=_height(len(lines), len(series), is_trend=is_trend, title=title),
        title=title,
        explicit_size=True,
        style=SIZES,
        css=[f"inline:{STYLE}"],
        defs=[HATCH],
        js=[],
        print_values=True,
        print_values_position="top",
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        legend_box_size=14,
        truncate_legend=-1,
        truncate_label=-1,
        margin=8,
        range=(0, _longest(figure, series) * (1.1 if is_trend else _room(figure, labels, series, is_narrow))),
    )
    # The library draws the first bar of a lying chart at the bottom.
    order = 1 if is_trend else -1
    drawing.x_labels = labels[::order]
    chosen = ", ".join(map(str, asked.names.values())) or asked.chosen.school_year
    names = [chosen, str(asked.beside_name)]
    for name, cells in zip(names, series, strict=False):
        values = [_value(figure, cell, is_short=is_short) for cell in cells]
        drawing.add(name, values[::order])
    return _bare(drawing, title or str(figure.name))


def summary(figure, answer, asked):
    """What the chart shows, in a sentence or two: the largest and the smallest part."""
    known = [line.cell for line in lines_of(answer, asked) if line.cell.value is not None]
    if not known:
        return ""
    if asked.split == "schooljaar":
        first, last = known[0], known[-1]
        if first is last:
            return _("Alleen %(year)s is bekend: %(value)s.") % {"year": first.label, "value": said(figure, first)}
        return _("Van %(first)s in %(from)s naar %(last)s in %(to)s.") % {
            "first": said(figure, first),
            "from": first.label,
            "last": said(figure, last),
            "to": last.label,
        }
    most, least = max(known, key=_size(figure)), min(known, key=_size(figure))
    if _size(figure)(most) == _size(figure)(least):
        return _("Overal even veel: %(value)s.") % {"value": said(figure, most)}
    return _("Het meest: %(most)s, %(high)s. Het minst: %(least)s, %(low)s.") % {
        "most": most.label,
        "high": said(figure, most),
        "least": least.label,
        "low": said(figure, least),
    }


def said(figure, cell, *, is_short=False):
    """The number of a cell as beside its bar: "4,2 % (354 van 8.480)"."""
    if cell is None:
        return "–"
    if cell.is_hidden:
        return str(HIDDEN)
    if cell.value is None:
        return _("onbekend")
    if not figure.has_share or cell.share is None:
        return number(cell.value)
    share = _("%(percent)s %%") % {"percent": number(percent(cell))}
    if is_short:
        return share
    return _("%(share)s (%(value)s van %(of)s)") % {
        "share": share,
        "value": number(cell.value),
        "of": number(cell.of),
    }


def _is_told(cell):
    """Whether it says something: what is unknown stays in the table, what is hidden is named."""
    return cell is not None and (cell.value is not None or cell.is_hidden)


def _size(figure):
    """What the length of a bar says: the share, or the value."""

    def size(cell):
        if cell is None or cell.value is None:
            return None
        return cell.share if figure.has_share and cell.of else cell.value

    return size


def _value(figure, cell, *, is_short):
    words = said(figure, cell, is_short=is_short)
    return {"value": _size(figure)(cell) or 0, "formatter": lambda _number: words}


def _longest(figure, series):
    return max((_size(figure)(cell) or 0 for cells in series for cell in cells), default=0) or 1


def _room(figure, labels, series, is_narrow):
    """How many times the longest bar the axis of a lying chart is, so that its number fits behind it."""
    numbers = max(len(said(figure, cell, is_short=is_narrow)) for cells in series for cell in cells)
    plot = WIDTHS[is_narrow] - max(map(len, labels)) * LETTER - 50
    return plot / max(plot - numbers * LETTER, plot / 4)


def _height(bars, series, *, is_trend, title):
    plot = 220 if is_trend else bars * (26 if series == 1 else 46) + 10
    return plot + 40 + (22 * len(title.split("\n")) + 14 if title else 0) + (24 * series if series > 1 else 0)


def _title(figure, answer, asked):
    chosen = ", ".join([str(figure.name), *map(str, asked.names.values())])
    day = _("Peildatum %(day)s.") % {"day": date_format(answer.as_of, "j F Y")}
    if asked.has_samples:
        day += " " + _("Met voorbeelden.")
    return f"{chosen}\n{day}"


def _short(labels, most):
    """`labels` of at most so many letters; where the beginnings are alike, without the words that all begin with."""
    found = [_cut(text, most) for text in labels]
    if len(set(found)) < len(set(labels)):
        words = [text.split() for text in labels]
        alike = list(takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False)))
        found = [_cut(" ".join(name[len(alike) :]), most) for name in words]
    return found


def _cut(text, most):
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _bare(drawing, name):
    """The drawing without what a still image has no use for."""
    root = drawing.render_tree()
    root.attrib.pop("id", None)
    for parent in list(root.iter()):
        for child in list(parent):
            if (
                not isinstance(child.tag, str)
                or child.tag in (f"{SVG}script", f"{SVG}desc", "script", "desc", "title")
                or "tooltip-overlay" in child.get("class", "")
            ):
                parent.remove(child)
    root.find(".//style").text = STYLE  # to the letter, for the policy
    heading = ElementTree.Element("title")
    heading.text = name.replace("\n", ". ")
    root.insert(0, heading)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
