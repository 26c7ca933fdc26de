"""One's own networks beside the nation: the same figures, a line for each network and one for all of the country."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboards.asked import everything
from dashboards.registry import FIGURES
from dashboards.rollup_models import RollupState
from dashboards.tables import percent, value_of

KEYS = ("deelname", "intensief", "antwoordtijd", "belofte", "versheid")


@dataclass(frozen=True, slots=True)
class NetworkLine:
    """network: NetworkFacts, or None for the nation. cells: (figure, its Cell or None, percent), as KEYS."""

    network: object
    cells: tuple

    @property
    def name(self):
        return self.network.name if self.network else _("heel Nederland")


def lines_of(viewer, on):
    """[NetworkLine] of the networks that are the viewer's own, by name, and the nation last.

    A network of which a figure knows nothing has no Cell. The number of queries is the same for any number of them.
    """
    chosen = everything(on, RollupState.current(), shown_networks=viewer.networks)
    known = chosen.known
    networks = [known.networks[pk] for pk in viewer.networks if pk in known.networks]
    parts, nation = {}, []
    for key in KEYS:
        figure = FIGURES[key]
        answer = figure(chosen, "netwerk")
        parts[key] = {cell.key: cell for cell in answer.cells}
        nation.append(_cell(figure, answer.total))
    lines = [
        NetworkLine(network, tuple(_cell(FIGURES[key], parts[key].get(network.slug)) for key in KEYS))
        for network in sorted(networks, key=lambda row: row.name)
    ]
    return [*lines, NetworkLine(None, tuple(nation))]


def _cell(figure, cell):
    return figure, cell, percent(cell) if figure.has_share else None


def columns():
    """Headings of the file: of each figure the value, out of how many, and the percentage where there is one."""
    found = [_("netwerk")]
    for key in KEYS:
        figure = FIGURES[key]
        found += [figure.name, _("van")] + ([_("procent")] if figure.has_share else [])
    return [str(name) for name in found]


def file_rows(lines):
    """The rows of the file, under `columns`."""
    for line in lines:
        row = [str(line.name)]
        for figure, cell, share in line.cells:
            row += [value_of(cell), cell.of if cell else None] + ([share] if figure.has_share else [])
        yield row
