"""What every page knows: settings that are no text of a template."""

from django.conf import settings


def office(request):
    """The name of the programme office."""
    return {"office_name": settings.OFFICE_NAME, "office_abbreviation": settings.OFFICE_ABBREVIATION}


def map_tiles(request):
    """What lies under the maps: nothing, or tiles from another server and who made them."""
    return {"map_tile_url": settings.MAP_TILE_URL, "map_tile_credit": settings.MAP_TILE_CREDIT}


def demo(request):
    """Whether mail can be read on a page here, and which way of logging in stands beside our own.

    Settings alone: pages are kept for everybody.
    """
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return {"demo_post": settings.DEMO_POST, "oidc_name": apps[0]["name"] if apps else ""}
