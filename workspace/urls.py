from workspace import (
    import_urls,
    network_urls,
    offer_urls,
    participation_urls,
    question_urls,
    region_urls,
    start_urls,
)

app_name = "workspace"
urlpatterns = [
    *start_urls.urlpatterns,
    *question_urls.urlpatterns,
    *offer_urls.urlpatterns,
    *participation_urls.urlpatterns,
    *region_urls.urlpatterns,
    *network_urls.urlpatterns,
    *import_urls.urlpatterns,
]
