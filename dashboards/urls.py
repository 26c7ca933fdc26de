from django.urls import path

from dashboards import baseline_urls, snapshot_views, target_views, views

app_name = "dashboards"
urlpatterns = [
    path("", views.index, name="overview"),
    path("netwerken/", views.networks, name="networks"),
    path("definities/", views.definitions, name="definitions"),
    path("cijfers/<slug:key>/", views.figure, name="figure"),
    path("cijfers/<slug:key>/kaart.json", views.figure_map, name="figure-map"),
    path("cijfers/<slug:key>/scholen/", views.schools, name="schools"),
    path("cijfers/<slug:key>/rijen/", views.rows, name="rows"),
    path("witte-vlek/<slug:slug>/<str:code>/", views.white_spot, name="white-spot"),
    path("risicos/", views.risks, name="risks"),
    path("momenten/", snapshot_views.snapshots, name="snapshots"),
    path("momenten/<int:pk>/", snapshot_views.snapshot, name="snapshot"),
    path("doelen/", target_views.programmes, name="target-programmes"),
    path("doelen/<slug:slug>/", target_views.targets, name="targets"),
    path("doelen/<slug:slug>/<slug:kind>/nieuw/", target_views.add_row, name="target-add"),
    path("doelen/<slug:slug>/<slug:kind>/<slug:key>/", target_views.change_row, name="target-change"),
    path("doelen/<slug:slug>/<slug:kind>/<slug:key>/weg/", target_views.remove_row, name="target-remove"),
    path("open/", views.open_index, name="open"),
    path("open/<slug:key>/", views.open_figure, name="open-figure"),
    *baseline_urls.urlpatterns,
]
