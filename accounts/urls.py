"""One's own account, beside the pages of django-allauth that stand under /account/ too; and the post of a demo."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.home, name="home"),
    path("account/naam/", views.name, name="name"),
    path("account/gegevens/", views.download, name="download"),
    path("account/verwijderen/", views.delete, name="delete"),
    path("account/tweede-stap/", views.second_step, name="second-step"),
    path("demo/post/", views.demo_post, name="demo-post"),
]
