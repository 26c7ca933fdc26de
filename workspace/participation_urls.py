"""Participation: the grid of a network, its dates, and the region in figures."""

from django.urls import path

from workspace import participation_views as views

urlpatterns = [
    path("deelname/", views.participation, name="participation"),
    path("deelname/<slug:slug>/<str:year>/", views.grid, name="grid"),
    path("deelname/<slug:slug>/<str:year>/vakje/", views.grid_cell, name="grid-cell"),
    path("deelname/<slug:slug>/<str:year>/plakken/", views.grid_paste, name="grid-paste"),
    path("deelname/<slug:slug>/<str:year>/datums/", views.grid_dates, name="grid-dates"),
    path("deelname/<slug:slug>/<str:year>/<str:code>/<str:sector>/", views.grid_row, name="grid-row"),
]
