"""Compiling the tables of 2013: figures of the facts file, words of ours; see data/README.md."""

from pathlib import Path

import yaml
from django.utils.text import slugify

WORDS = Path(__file__).with_name("baseline_words.yaml")
FILE = "tables.yaml"
FIRST, LAST = 2, 23
PARTICIPANTS = 3  # the table that says how many took part in each project
RATED = (8, 15, 16)  # tables whose rows are projects: their n stands in that one
UNITS = {"count": "count", "percent": "percent", "mean_1_5": "mean"}
SUMS = ("total", "totaal")
COUNTED = {2: "respondents", 3: "schools", 4: "schools"}  # what a table of counts counts
HEADER = """\
# The tables of the survey of 2013. Compiled by `manage.py build_baseline`; do not edit it by hand.
# Values are texts, so that every digit stays as it was printed.
"""


class UnusableFacts(Exception):
    """The facts cannot be read, or do not fit our words; the message says which and where."""


class Texts(yaml.SafeLoader):
    """Reads every value as the text it was: 3.0 stays "3.0"."""


Texts.yaml_implicit_resolvers = {}


class Dumper(yaml.SafeDumper):
    """Writes no anchors, and quotes what another reader would take for a number."""

    def ignore_aliases(self, data):
        return True


def compile_baseline(facts_path):
    """name -> bytes of the file to write. Raises UnusableFacts."""
    try:
        facts = yaml.load(Path(facts_path).read_bytes(), Texts)  # noqa: S506  a safe loader
        survey, known = facts["survey"], {row["id"] for row in facts["contradictions"]}
        source = {row["number"]: row for row in survey["tables"]}
    except OSError as error:
        raise UnusableFacts(f"{facts_path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise UnusableFacts(f"{facts_path} holds no survey with tables and contradictions: {error}") from error
    words = yaml.load(WORDS.read_bytes(), Texts)  # noqa: S506
    if missing := sorted(set(words["contradictions"]) - known):
        raise UnusableFacts(f"The facts have no contradiction {', '.join(missing)}.")
    numbers = [str(number) for number in range(FIRST, LAST + 1)]
    if absent := [number for number in numbers if number not in source]:
        raise UnusableFacts(f"The facts have no table {', '.join(absent)}.")
    participants = {_key(row): int(row["aantal"]) for row in source[str(PARTICIPANTS)]["rows"]}
    tables = [_table(source[number], words, participants) for number in numbers]
    survey = {name: int(value) for name, value in survey["respondents"].items()}
    content = yaml.dump(
        {"survey": survey, "tables": tables},
        Dumper=Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=None,
    )
    return {FILE: (HEADER + content).encode()}


def _table(source, words, participants):
    number = int(source["number"])
    own = words["tables"][source["number"]]
    chosen, rows = _labels(source, own["rows"]), []
    for row in source["rows"]:
        key = _key(row)
        begin = chosen[key]
        label = own["rows"][begin]
        if answer := row.get("antwoord"):
            begin, label = f"{begin}-{answer.replace('_', '-')}", f"{label}: {words['answers'][answer]}"
        rows.append(
            {
                "key": begin,
                "label": label,
                "sector": row.get("sector", ""),
                "n": participants[key] if number in RATED else None,
                "is_sum": begin in SUMS,
                "few_respondents": row.get("few_respondents") == "true",
                "values": [row[column] for column in source["columns"]],
            }
        )
    return {
        "number": number,
        "title": own["title"],
        "question": own["question"],
        "unit": UNITS[source["unit"]],
        "counted": COUNTED.get(number, ""),
        "columns": [{"key": column, "label": words["columns"][column]} for column in source["columns"]],
        "rows": rows,
        "note": own.get("note", ""),
        "contradictions": [
            {"id": name, "text": words["contradictions"][name]} for name in own.get("contradictions", [])
        ],
        "chart": own["chart"],
    }


def _key(row):
    """What a row of the facts is known by, without its answer."""
    if "label_en" in row:
        return slugify(row["label_en"].replace("/", " "))
    if "programme" in row:
        return f"{row['sector']}-{row['programme']}"
    return row["projects"]


def _labels(source, labels):
    """Key of a row -> the one of `labels` that it begins with, word by word."""
    chosen = {}
    for key in dict.fromkeys(_key(row) for row in source["rows"]):
        found = [begin for begin in labels if f"{key}-".startswith(f"{begin}-")]
        if len(found) != 1:
            raise UnusableFacts(
                f"Table {source['number']}: our words name the row {key} {len(found)} times; once is needed."
            )
        chosen[key] = found[0]
    if len(set(chosen.values())) != len(chosen) or set(labels) != set(chosen.values()):
        raise UnusableFacts(f"Table {source['number']}: its rows are not those that we have words for.")
    return chosen
