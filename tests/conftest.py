"""What all tests share: a real browser, and nothing kept from one test to the next."""

import os
import time
from collections import defaultdict
from itertools import chain
from pathlib import Path
from uuid import uuid4
from weakref import finalize

import hypothesis
import pytest
from allauth.account.internal.flows import login as login_flow
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

from networks import directory
from regions import kept_pages
from schools import search

# Never timed: on a busy machine an example that took long would be a failure. Fixtures of ours hold for all examples.
hypothesis.settings.register_profile(
    "loket",
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.data_too_large,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("loket")

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each window would load two pages for its address bar, anew for each page that we visit, and each visit start a
    # process for the next: more work than the page itself. This takes the place of the driver's own list, of which
    # the last two would change what is tested.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,HttpsUpgrades,PaintHolding",
]
WIDTHS = {"wide": 1280, "small": 320}
HEIGHT = 800


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test():
    # A test's rollback takes the content version back, so its number alone does not tell tests apart.
    directory.forget()
    search.forget()
    yield
    directory.forget()
    search.forget()


@pytest.fixture(autouse=True)
def _no_tries_counted_before():
    cache.clear()


# Migrations fill these, and a site has them always.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "regions_contentversion"}


def _empty_database(_test_case):
    """Delete all rows: few tables have any after a test, so this is ten times as fast as truncating them all.

    The lock waits for a request that is still writing, whose rows would else be in the next test.
    """
    tables = sorted(set(connection.introspection.table_names()) - KEPT_TABLES)
    quoted = [connection.ops.quote_name(table) for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(quoted)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in quoted))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


@pytest.fixture(autouse=True, scope="session")
def _a_test_with_real_transactions_leaves_nothing():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_database)
        yield


@pytest.fixture
def sign_in():
    """sign_in(user) -> a client of its own that is logged in as `user`, with a second step taken unless said."""

    def make(user, *, second_step=True):
        client = Client()
        client.force_login(user)
        if second_step:
            session = client.session
            session[login_flow.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
            session[login_flow._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
            session.save()
        return client

    return make


@pytest.fixture
def admin_client(admin_user, sign_in):
    """As pytest-django's, after the second step that staff must take."""
    return sign_in(admin_user)


@pytest.fixture(scope="session")
def chromium():
    """Chromium, one for each process of the tests. In CI it must be there."""
    if not CHROMIUM.exists():
        message = f"Chromium is not at {CHROMIUM}; install it or name it in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    # The driver keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True, scope="session")
def _a_click_ends_when_the_page_is_there():
    """The driver waits until the next page answers, not until it is read: on a busy machine it would be empty."""
    from playwright.sync_api import Locator, Page

    def click_locator(self, *args, click=Locator.click, **options):
        click(self, *args, **options)
        self.page.wait_for_load_state()

    def click_page(self, *args, click=Page.click, **options):
        click(self, *args, **options)
        self.wait_for_load_state()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click_locator)
        patch.setattr(Page, "click", click_page)
        yield


def _is_complaint(message):
    """An error; the icon that a browser asks for beside a page of plain text is none, and comes when it likes."""
    return message.type == "error" and not message.location.get("url", "").endswith("/favicon.ico")


@pytest.fixture(scope="session")
def _pages(chromium, live_server, django_db_setup):
    """Pages that no test has in hand, by (width, scripts): to open one takes longer than to load most of ours."""
    free = defaultdict(list)
    yield free
    # Before the database goes: an open line keeps its thread, and that one a connection.
    for page in chain.from_iterable(free.values()):
        page.context.close()


def _as_new(page, width):
    """`page` as a new one would be, but for the styles and scripts that the browser keeps."""
    page.context.clear_cookies()
    page.goto("/healthz/live")  # a page of the same site: for another the browser starts a process, and one to return
    page.emulate_media(media="null", color_scheme="null")
    page.set_viewport_size({"width": WIDTHS[width], "height": HEIGHT})
    return page


class _Lent:
    """A page in the hands of a test. When nothing holds it any more another visit may have the page."""

    def __init__(self, page):
        object.__setattr__(self, "_page", page)

    def __getattr__(self, name):
        return getattr(self._page, name)

    def __setattr__(self, name, value):
        setattr(self._page, name, value)


@pytest.fixture
def visit(chromium, live_server, monkeypatch, _pages):
    """visit(path, width="wide" or "small", scripts=True, new=False) -> a page in a browser of its own.

    path: None for an empty page, of which the cookies can be set. What the page writes on the console is in
    `page.complaints`: an error, or the policy that was broken. Pages are used again, also in one test that lets go of
    them; new=True is for a test that does with its browser what cannot be taken back.
    """
    # Else the browser would take a page of another test for the same: a rollback takes the content version back.
    mark = uuid4().hex
    monkeypatch.setattr(kept_pages, "release", lambda: mark)
    lent, own, back = [], [], []

    def new_page(width, scripts):
        viewport = {"width": WIDTHS[width], "height": HEIGHT}
        context = chromium.new_context(viewport=viewport, java_script_enabled=scripts, base_url=live_server.url)
        page = context.new_page()
        page.on("console", lambda message: _is_complaint(message) and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    def take_back():
        while back:
            page, width, scripts = back.pop()
            lent.remove((page, width, scripts))
            _pages[width, scripts].append(_as_new(page, width))

    def lend(width, scripts):
        take_back()
        free = _pages[width, scripts]
        entry = (free.pop() if free else new_page(width, scripts), width, scripts)
        lent.append(entry)
        handle = _Lent(entry[0])
        finalize(handle, back.append, entry)  # it may come in the middle of anything, so it only takes note
        return handle

    def open_page(path, *, width="wide", scripts=True, new=False):
        if new:
            page = new_page(width, scripts)
            own.append(page)
        else:
            page = lend(width, scripts)
        page.complaints = []
        if path is not None:
            page.goto(path)
        return page

    yield open_page
    for page in own:
        page.context.close()
    for page, width, scripts in lent:
        _pages[width, scripts].append(_as_new(page, width))


# After what fades in has done so: halfway its contrast is not that of the page. Without what axe would fetch once
# more: it looks there for sound and for styles of a turned screen; we have neither.
AXE = """
    Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))
        .then(() => axe.run({resultTypes: ['violations'], preload: false}))
        .then(found => found.violations)
"""


@pytest.fixture(scope="session")
def barriers():
    """barriers(page) -> what axe finds on it, in words; nothing is what it should be."""
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script

    def find(page):
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(script)
        return [f"{found['id']}: {found['nodes'][0]['html']}" for found in page.evaluate(AXE)]

    return find
