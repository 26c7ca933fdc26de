"""What search engines may find: the pages of Loket itself and the loket page of every open school."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from schools.models import School


class PageSitemap(Sitemap):
    """The front page, the lists to look around in and the pages about Loket; no query."""

    def items(self):
        return [
            "loket:front",
            "activities:list",
            "activities:agenda",
            "activities:programmes",
            "activities:subsidies",
            "activities:regions",
            "activities:map",
            "loket:about",
            "loket:data",
            "loket:accessibility",
            "loket:privacy",
        ]

    def location(self, item):
        return reverse(item)


class SchoolSitemap(Sitemap):
    """The loket pages of all open schools, by code; one query for each page of the sitemap.

    The codes are a list, because the paginator would count a queryset in a query of its own.
    """

    limit = 5000

    def items(self):
        return list(School.objects.open().order_by("code").values_list("code", flat=True))

    def location(self, item):
        return reverse("activities:loket", args=[item])


SITEMAPS = {"paginas": PageSitemap, "scholen": SchoolSitemap}
