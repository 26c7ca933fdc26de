"""The start page: what needs doing now."""

from django.urls import path

from workspace import start_views

urlpatterns = [
    path("", start_views.start, name="start"),
    path("nu-doen/<slug:kind>/", start_views.todos, name="todos"),
    path("nu-doen/<slug:kind>/<str:key>/", start_views.todo, name="todo"),
]
