"""Lists in and out."""

from django.urls import path

from workspace import import_views

urlpatterns = [
    path("lijsten/", import_views.imports, name="imports"),
    path("lijsten/voorbeeld/<slug:kind>/", import_views.template_file, name="import-template"),
    path("lijsten/meenemen/<slug:kind>/", import_views.take_along, name="list-export"),
    path("lijsten/<uuid:uid>/", import_views.brought, name="import"),
    path("lijsten/<uuid:uid>/stand/", import_views.progress, name="import-progress"),
    path("lijsten/<uuid:uid>/toepassen/", import_views.apply, name="import-apply"),
    path("lijsten/<uuid:uid>/weggooien/", import_views.throw_away, name="import-throw-away"),
    path("lijsten/<uuid:uid>/weggelaten/", import_views.left_out, name="import-left-out"),
]
