"""The map of the Netherlands, the organisations on it, and the version of all public content."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loket.vocabulary import HolidayRegionName, TargetGroup
from regions.markdown import render_markdown


class ContentVersion(models.Model):
    """One row whose number goes up with every change to what the public sees.

    The database raises it itself, by a trigger on each public table and in the transaction of the
    change (migration `regions.0002`), so no way of writing can forget it. What is kept per process
    and the cached pages are valid for one number.
    """

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_one_row")]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls):
        """The number now; one query. Read it before the rows that are kept under it."""
        return cls.objects.values_list("number", flat=True).get(pk=1)


class Landsdeel(models.Model):
    """One of the five parts of the country of the Techniekpact, each with an agenda (R26)."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(_("naam"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    agenda = models.TextField(_("agenda"), blank=True)

    class Meta:
        verbose_name = _("landsdeel")
        verbose_name_plural = _("landsdelen")
        ordering = ["order"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:landsdeel", args=[self.slug])


class Province(models.Model):
    code = models.CharField(_("CBS-code"), max_length=4, primary_key=True)
    name = models.CharField(_("naam"), max_length=60, unique=True)
    # Which province lies in which landsdeel is our assumption; staff can change it.
    landsdeel = models.ForeignKey(Landsdeel, models.PROTECT, related_name="provinces", verbose_name=_("landsdeel"))

    class Meta:
        verbose_name = _("provincie")
        verbose_name_plural = _("provincies")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Region(models.Model):
    """A region with a desk; by default one of the 35 arbeidsmarktregio's, but staff may redraw them."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(_("naam"), max_length=80, unique=True)
    agenda = models.TextField(_("agenda"), blank=True)

    class Meta:
        verbose_name = _("regio")
        verbose_name_plural = _("regio's")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:region", args=[self.slug])


class MunicipalityQuerySet(models.QuerySet):
    def current(self):
        """Municipalities that exist today; the others live on in a successor."""
        return self.filter(region__isnull=False)


class Municipality(models.Model):
    """A municipality, today's or a former one; region, province and landsdeel each follow from it."""

    code = models.CharField(_("CBS-code"), max_length=4, primary_key=True, validators=[RegexValidator(r"^\d{4}$")])
    name = models.CharField(_("naam"), max_length=80)
    slug = models.SlugField(unique=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="municipalities", verbose_name=_("regio")
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("provincie"),
    )
    landsdeel = models.ForeignKey(
        Landsdeel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("landsdeel"),
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("opgegaan in"),
    )
    last_year = models.PositiveSmallIntegerField(_("laatste jaar"), null=True, blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("gemeente")
        verbose_name_plural = _("gemeenten")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:municipality", args=[self.slug])


class PostcodeArea(models.Model):
    """The four digits of a postcode and a point within it."""

    pc4 = models.CharField(_("postcode (4 cijfers)"), max_length=4, primary_key=True)
    place = models.CharField(_("plaats"), max_length=80)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, related_name="postcode_areas", verbose_name=_("gemeente")
    )
    latitude = models.FloatField(_("breedtegraad"))
    longitude = models.FloatField(_("lengtegraad"))

    class Meta:
        verbose_name = _("postcodegebied")
        verbose_name_plural = _("postcodegebieden")

    def __str__(self):
        return f"{self.pc4} {self.place}"


class HolidayRegion(models.Model):
    """One of the three regions in which school holidays are spread."""

    slug = models.SlugField(primary_key=True, choices=HolidayRegionName.choices)
    name = models.CharField(_("naam"), max_length=20)

    class Meta:
        verbose_name = _("vakantieregio")
        verbose_name_plural = _("vakantieregio's")

    def __str__(self):
        return self.name


class SchoolHolidayQuerySet(models.QuerySet):
    def known_for(self, region, year):
        """Whether any holiday is known for a holiday region (slug) in a school year ("2026-2027")."""
        return self.filter(region=region, school_year=year).exists()


class SchoolHoliday(models.Model):
    """A school holiday of one holiday region. Dates are data: imported, never assumed."""

    region = models.ForeignKey(
        HolidayRegion, models.CASCADE, related_name="holidays", verbose_name=_("vakantieregio")
    )
    name = models.CharField(_("naam"), max_length=60)
    school_year = models.CharField(_("schooljaar"), max_length=9, help_text=_("Zoals 2026-2027."))
    first_on = models.DateField(_("eerste dag"))
    last_on = models.DateField(_("laatste dag"))
    source = models.CharField(_("bron"), max_length=120, blank=True)

    objects = SchoolHolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("schoolvakantie")
        verbose_name_plural = _("schoolvakanties")
        ordering = ["first_on", "region"]
        constraints = [
            models.UniqueConstraint(fields=["region", "school_year", "name"], name="school_holiday_once"),
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")),
                name="school_holiday_begins_before_it_ends",
                violation_error_message=_("De vakantie eindigt voordat zij begint."),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.school_year} ({self.region})"


class Organisation(models.Model):
    """A company, university, teacher training, bureau or school board."""

    class Kind(models.TextChoices):
        BOARD = "board", _("schoolbestuur")
        PROGRAMME_OFFICE = "programme_office", _("programmabureau")
        MINISTRY = "ministry", _("ministerie")
        COMPANY = "company", _("bedrijf")
        UNIVERSITY = "university", _("universiteit")
        COLLEGE = "college", _("hogeschool")
        TEACHER_TRAINING = "teacher_training", _("pabo of lerarenopleiding")
        SCIENCE_CENTRE = "science_centre", _("science center")
        EXPERTISE = "expertise", _("kennis- of adviesorganisatie")
        SECTOR_BODY = "sector_body", _("sectororganisatie")
        OTHER = "other", _("anders")

    kind = models.CharField(_("soort"), max_length=20, choices=Kind.choices)
    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("naam"), max_length=200)
    number = models.CharField(
        _("bestuursnummer"), max_length=10, blank=True, help_text=_("Alleen bij schoolbesturen.")
    )
    labels = ArrayField(models.CharField(max_length=30), verbose_name=_("labels"), default=list, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("gemeente"),
    )
    summary = models.TextField(_("in het kort"), blank=True)
    target_groups = ArrayField(
        models.CharField(max_length=20, choices=TargetGroup.choices),
        verbose_name=_("doelgroepen"),
        default=list,
        blank=True,
    )
    latitude = models.FloatField(_("breedtegraad"), null=True, blank=True)
    longitude = models.FloatField(_("lengtegraad"), null=True, blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    class Meta:
        verbose_name = _("organisatie")
        verbose_name_plural = _("organisaties")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="board_number_unique"),
            models.CheckConstraint(
                condition=models.Q(kind="board") | models.Q(number=""), name="only_boards_have_a_number"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("activities:organisation", args=[self.slug])


class NewsQuerySet(models.QuerySet):
    def published(self, day):
        """News of `day` and before."""
        return self.filter(published_on__lte=day)


class News(models.Model):
    """A short item on the page of a region, or on those of all regions of a landsdeel. Text is Markdown."""

    title = models.CharField(_("titel"), max_length=150)
    text = models.TextField(_("tekst"), help_text=_("Markdown mag."))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="news", verbose_name=_("regio")
    )
    landsdeel = models.ForeignKey(
        Landsdeel, models.CASCADE, null=True, blank=True, related_name="news", verbose_name=_("landsdeel")
    )
    published_on = models.DateField(_("gepubliceerd op"))
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("nieuwsbericht")
        verbose_name_plural = _("nieuws")
        ordering = ["-published_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region=None) ^ models.Q(landsdeel=None),
                name="news_of_a_region_or_a_landsdeel",
                violation_error_message=_("Kies een regio of een landsdeel, en niet allebei."),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def html(self):
        """The text as harmless HTML."""
        return render_markdown(self.text)
