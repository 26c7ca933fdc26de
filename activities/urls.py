from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from activities import (
    agenda_views,
    catalogue_api,
    detail_views,
    exports,
    feeds,
    map_views,
    offer_views,
    pin_views,
    region_views,
    subsidy_views,
    views,
)
from activities.api import LoketView

app_name = "activities"

router = SimpleRouter()
for name, viewset in {
    "programmes": catalogue_api.ProgrammeViewSet,
    "networks": catalogue_api.NetworkViewSet,
    "organisations": catalogue_api.OrganisationViewSet,
    "activities": catalogue_api.ActivityViewSet,
    "dates": catalogue_api.OccurrenceViewSet,
    "subsidies": catalogue_api.SubsidyViewSet,
    "schools": catalogue_api.SchoolViewSet,
    "regions": catalogue_api.RegionViewSet,
    "coverage": catalogue_api.CoverageViewSet,
}.items():
    router.register(name, viewset, basename=f"api-{name}")

urlpatterns = [
    path("loket/<str:code>/", views.loket, name="loket"),
    path("loket/<str:code>/alles/", views.further, name="further"),
    path("loket/<str:code>/keuzes/", pin_views.pins, name="pins"),
    path("loket/<str:code>/keuzes/<int:pk>/weg/", pin_views.unpin, name="unpin"),
    path("loket/<str:code>/agenda.ics", feeds.loket_ics, name="loket-ics"),
    path("netwerk/<slug:slug>/agenda.ics", feeds.network_ics, name="network-ics"),
    path("agenda/", agenda_views.agenda, name="agenda"),
    path("agenda.ics", feeds.agenda_ics, name="agenda-ics"),
    path("aanbod.atom", feeds.offer_atom, name="offer-atom"),
    path("aanbod/", offer_views.offer_list, name="list"),
    path("aanbod/<slug:slug>/", detail_views.detail, name="detail"),
    path("aanbod/<slug:slug>/klopt-niet/", detail_views.note, name="note"),
    path("aanbod/<slug:slug>/klopt-niet/dank/", detail_views.note_sent, name="note-sent"),
    path("subsidies/", subsidy_views.subsidies, name="subsidies"),
    path("kaart/", map_views.map_page, name="map"),
    path("kaart/rijen.json", map_views.map_rows, name="map-rows"),
    path("regio/<slug:slug>/kaart.json", map_views.area_rows, {"kind": "regio"}, name="region-map"),
    path("landsdeel/<slug:slug>/kaart.json", map_views.area_rows, {"kind": "landsdeel"}, name="landsdeel-map"),
    path("netwerk/<slug:slug>/kaart.json", map_views.area_rows, {"kind": "netwerk"}, name="network-map"),
    path("kaart/vormen.json", map_views.map_shapes, name="map-shapes"),
    path("regio/", region_views.regions, name="regions"),
    path("regio/<slug:slug>/", region_views.region, name="region"),
    path("landsdeel/<slug:slug>/", region_views.landsdeel, name="landsdeel"),
    path("gemeente/<slug:slug>/", region_views.municipality, name="municipality"),
    path("netwerk/<slug:slug>/", region_views.network, name="network"),
    path("programma/", region_views.programmes, name="programmes"),
    path("programma/<slug:slug>/", region_views.programme, name="programme"),
    path("organisatie/<slug:slug>/", region_views.organisation, name="organisation"),
    path("open-data/catalogus.csv", exports.catalogue_csv, name="catalogue-csv"),
    path("open-data/catalogus.json", exports.catalogue_json, name="catalogue-json"),
    path("open-data/catalogus.xlsx", exports.catalogue_xlsx, name="catalogue-xlsx"),
    path("api/v1/", include(router.urls)),
    path("api/v1/loket/<str:code>/", LoketView.as_view(), name="api-loket"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "api/v1/docs/",
        SpectacularSwaggerSplitView.as_view(
            template_name="activities/api_docs.html", url_name="activities:api-schema"
        ),
        name="api-docs",
    ),
]
