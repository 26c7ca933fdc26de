"""The pages that belong to no room: the front page, what tells about Loket itself, and what robots read."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import index, sitemap
from django.urls import path

from loket import health, metrics, views
from loket.sitemaps import SITEMAPS

app_name = "loket"
urlpatterns = [
    path("", views.front, name="front"),
    path("over/", views.about, name="about"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("open-data/", views.data, name="data"),
    path("stijl/", views.style, name="style"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        login_not_required(index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "loket:sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", login_not_required(sitemap), {"sitemaps": SITEMAPS}, name="sitemap-section"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("healthz/metrics", metrics.metrics, name="metrics"),
]
