"""A browser of somebody who is logged in."""

import pytest


@pytest.fixture
def visit_as(visit, sign_in, live_server):
    """visit_as(user, path, width=..., scripts=True, new=False, second_step=True) -> a page, logged in as `user`."""

    def open_page(user, path, *, second_step=True, **options):
        page = visit(None, **options)
        session = sign_in(user, second_step=second_step).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(path)
        return page

    return open_page
