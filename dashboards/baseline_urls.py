from django.urls import path

from dashboards import baseline_views

urlpatterns = [
    path("2013/", baseline_views.tables, name="baseline"),
    path("2013/<int:number>/", baseline_views.table, name="baseline-table"),
]
