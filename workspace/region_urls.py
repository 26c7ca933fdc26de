"""The schools of one's area."""

from django.urls import path

from workspace import region_views as views

urlpatterns = [
    path("regio/", views.region, name="region"),
    path("regio/kaart.json", views.region_map, name="region-map"),
]
