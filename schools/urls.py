from django.urls import path

from schools import views

app_name = "schools"
urlpatterns = [
    path("scholen/", views.results, name="search"),
    path("scholen/suggesties/", views.suggestions, name="suggest"),
]
