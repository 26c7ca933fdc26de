from django.contrib import admin

from regions.models import (
    HolidayRegion,
    Landsdeel,
    Municipality,
    News,
    Organisation,
    PostcodeArea,
    Province,
    Region,
    SchoolHoliday,
)


@admin.register(Landsdeel)
class LandsdeelAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "order"]
    search_fields = ["name"]


@admin.register(Province)
class ProvinceAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "landsdeel"]
    list_filter = ["landsdeel"]
    list_select_related = ["landsdeel"]
    search_fields = ["name"]


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "region", "province", "landsdeel", "successor"]
    list_filter = ["landsdeel", "province", "region"]
    list_select_related = ["region", "province", "landsdeel", "successor"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["region", "province", "successor"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(PostcodeArea)
class PostcodeAreaAdmin(admin.ModelAdmin):
    list_display = ["pc4", "place", "municipality"]
    list_filter = ["municipality__landsdeel"]
    list_select_related = ["municipality"]
    search_fields = ["pc4", "place"]
    autocomplete_fields = ["municipality"]


@admin.register(HolidayRegion)
class HolidayRegionAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(SchoolHoliday)
class SchoolHolidayAdmin(admin.ModelAdmin):
    """Days that the reply clock leaves out. `manage.py import_school_holidays` reads them from a calendar."""

    list_display = ["name", "school_year", "region", "first_on", "last_on", "source"]
    list_filter = ["region", "school_year"]
    list_select_related = ["region"]
    search_fields = ["name", "school_year"]
    date_hierarchy = "first_on"


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "number", "municipality", "is_sample"]
    list_filter = ["kind", "is_sample"]
    list_select_related = ["municipality"]
    search_fields = ["name", "number"]
    autocomplete_fields = ["municipality"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(News)
class NewsAdmin(admin.ModelAdmin):
    """Short items on the page of a region, or on those of a landsdeel."""

    list_display = ["title", "region", "landsdeel", "published_on", "is_sample"]
    list_filter = ["landsdeel", "region", "is_sample"]
    list_select_related = ["region", "landsdeel"]
    search_fields = ["title", "text"]
    autocomplete_fields = ["region", "landsdeel"]
    date_hierarchy = "published_on"
