"""A question of a school, whom it went to, and what happened to it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from enquiries.status import ENQUIRY_STATUS, OPEN, RECIPIENT_STATUS, EnquiryStatus, EventKind, RecipientStatus
from loket.vocabulary import Need, RefusalReason, Sector
from networks.models import Assignment, ContactRole, Network, Programme
from networks.rights import is_programme_staff, networks_changed_by
from schools.models import School


class EnquiryQuerySet(models.QuerySet):
    def with_status(self):
        """Annotate `status` (an EnquiryStatus), as `enquiries.status.enquiry_status` has it."""
        events = EnquiryEvent.objects.filter(enquiry=OuterRef("pk"))
        recipients = Recipient.objects.with_status().filter(enquiry=OuterRef("pk"))
        return self.annotate(
            status=Case(
                *(
                    When(
                        Exists(
                            recipients.filter(status=cause)
                            if isinstance(cause, RecipientStatus)
                            else events.filter(kind=cause)
                        ),
                        then=Value(status),
                    )
                    for cause, status in ENQUIRY_STATUS
                ),
                default=Value(EnquiryStatus.WAITING),
                output_field=models.CharField(),
            )
        )

    def sent(self):
        """Enquiries that went to somebody; those that wait for who asked to confirm it are left out."""
        return self.filter(Exists(EnquiryEvent.objects.filter(enquiry=OuterRef("pk"), kind=EventKind.SENT)))

    def of_school_side(self, user):
        """Enquiries that `user` asked, and those sent by schools of which the user is a member now."""
        schools = School.objects.for_member(user).order_by().values("pk")
        sent = self.model.objects.sent().filter(school__in=schools).values("pk")
        return self.filter(Q(asked_by=user) | Q(pk__in=sent))

    def visible_to(self, user, on):
        """As `of_school_side`; the programme office sees all. Who was asked has `Recipient.for_coordinator`."""
        return self.all() if is_programme_staff(user, on) else self.of_school_side(user)


class Enquiry(models.Model):
    """What a school asks (vraag). Its text may change; what happens to it is in its events."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made with the form: the same form sent twice is one enquiry.
    form_key = models.UUIDField(unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="enquiries", verbose_name=_("school"))
    sectors = ArrayField(
        models.CharField(max_length=4, choices=Sector.choices), verbose_name=_("sectoren"), default=list, blank=True
    )
    programme = models.ForeignKey(
        Programme,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enquiries",
        verbose_name=_("over het programma"),
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enquiries",
        verbose_name=_("over de activiteit"),
    )
    # Whom who asks chose; a network without a confirmed contact is stood in for by the first contact.
    networks = models.ManyToManyField(
        Network, blank=True, related_name="chosen_in_enquiries", verbose_name=_("gekozen netwerken")
    )
    to_first_contact = models.BooleanField(_("ook aan het eerste aanspreekpunt"), default=False)
    needs = ArrayField(
        models.CharField(max_length=20, choices=Need.choices), verbose_name=_("nodig"), default=list, blank=True
    )
    # Three short prompts that help to put the need into words (vraagarticulatie).
    goal = models.TextField(_("wat u wilt bereiken"), max_length=2000)
    for_whom = models.CharField(_("voor wie"), max_length=300, blank=True)
    period = models.CharField(_("wanneer"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enquiries",
        verbose_name=_("gesteld door"),
    )
    # Of who asks without an account; both empty for who has one.
    sender_name = models.CharField(_("naam"), max_length=120, blank=True)
    sender_email = models.EmailField(_("e-mailadres"), blank=True)
    is_anonymous = models.BooleanField(
        _("zonder naam van de school"),
        default=False,
        help_text=_("Het netwerk leest dan niet wie u bent, tot u dat zelf zegt of een antwoord aanneemt."),
    )
    asked_at = models.DateTimeField(_("gesteld op"), auto_now_add=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("vraag")
        verbose_name_plural = _("vragen")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by=None) | Q(sender_email=""), name="enquiry_sender_only_without_account"
            )
        ]

    def __str__(self):
        return f"{self.school}: {self.goal[:60]}"

    def get_absolute_url(self):
        return reverse("enquiries:enquiry", args=[self.uid])


class RecipientQuerySet(models.QuerySet):
    def with_status(self):
        """Annotate `status` (a RecipientStatus, or None before it was sent)."""
        events = EnquiryEvent.objects.filter(recipient=OuterRef("pk"))
        return self.annotate(
            status=Case(
                *(When(Exists(events.filter(kind=kind)), then=Value(status)) for kind, status in RECIPIENT_STATUS),
                output_field=models.CharField(),
            )
        )

    def with_school_known(self):
        """Annotate `school_known`: whether this recipient read the question and may know which school asks.

        The same as `Facts.hides_school_from` has it, and not before the question was opened.
        """
        events = EnquiryEvent.objects.filter(recipient=OuterRef("pk"))
        said = EnquiryEvent.objects.filter(enquiry=OuterRef("enquiry"), kind=EventKind.REVEALED)
        named = Q(enquiry__is_anonymous=False) | Exists(said) | Exists(events.filter(kind=EventKind.ACCEPTED))
        return self.annotate(
            school_known=Case(
                When(named & Exists(events.filter(kind=EventKind.SEEN)), then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            )
        )

    def open(self):
        """Recipients of whom an answer is expected."""
        return self.with_status().filter(status__in=OPEN)

    def due(self, on):
        """Open recipients whose last day for an answer lies before the day `on`."""
        return self.open().filter(reply_due_on__lt=on)

    def for_coordinator(self, user, on):
        """Recipients in whose name `user` may answer on the day `on`.

        Those of the networks that the user may change, those of the desk of a region the user coordinates;
        all for the programme office.
        """
        if is_programme_staff(user, on):
            return self.all()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Assignment.objects.on(on).filter(user=user, role=Assignment.Role.REGION_COORDINATOR)
        return self.filter(
            Q(network__in=networks_changed_by(user, on))
            | Q(level="region", enquiry__school__municipality__region__in=mine.values("region"))
        )


class Recipient(models.Model):
    """One address that an enquiry went to, with the day by which it must answer.

    Name and address are those of the moment of sending: a contact that changes later does not rewrite it.
    """

    class Level(models.TextChoices):
        NETWORK = "network", _("netwerk")
        REGION = "region", _("regioloket")
        LANDSDEEL = "landsdeel", _("landsdeel")
        OFFICE = "office", _("programmabureau")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="recipients", verbose_name=_("vraag"))
    level = models.CharField(_("soort"), max_length=10, choices=Level.choices)
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="received", verbose_name=_("netwerk")
    )
    owner = models.CharField(_("netwerk of loket"), max_length=150)
    contact = models.ForeignKey(
        ContactRole, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    name = models.CharField(_("naam"), max_length=120, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    passed_from = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="passed_to", verbose_name=_("doorgestuurd van")
    )
    created_at = models.DateTimeField(_("gemaakt op"), auto_now_add=True)
    reply_due_on = models.DateField(_("antwoord uiterlijk op"))
    # False: no school holidays are known for these days, so the clock could not count them.
    holidays_known = models.BooleanField(_("schoolvakanties bekend"), default=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("ontvanger")
        verbose_name_plural = _("ontvangers")
        ordering = ["pk"]
        indexes = [models.Index(fields=["reply_due_on"], name="recipient_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "network", "email"],
                nulls_distinct=False,
                name="recipient_once_per_address",
            ),
            models.UniqueConstraint(
                fields=["passed_from"], condition=Q(passed_from__isnull=False), name="recipient_passed_on_once"
            ),
            models.CheckConstraint(
                condition=Q(level="network", network__isnull=False) | (~Q(level="network") & Q(network=None)),
                name="recipient_network_only_at_its_level",
            ),
        ]

    def __str__(self):
        return f"{self.owner} ({self.email})"

    def get_absolute_url(self):
        return reverse("enquiries:recipient", args=[self.enquiry.uid, self.uid])


class EnquiryEventQuerySet(models.QuerySet):
    def unmet_demand(self, since):
        """Refusals since the moment `since` of questions that nobody has answered: what schools ask in vain.

        A question that several networks refused has as many rows; count `enquiry` distinct, as
        `enquiries.figures.unmet_demand` does. Questions that the school withdrew still count: it asked.
        """
        answered = EnquiryEvent.objects.filter(enquiry=OuterRef("enquiry"), kind=EventKind.ANSWERED)
        return self.filter(~Exists(answered), kind=EventKind.REFUSED, happened_at__gte=since)


class EnquiryEvent(models.Model):
    """Something that happened to an enquiry, or to it at one recipient. Rows are added, never changed."""

    Kind = EventKind

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="events", verbose_name=_("vraag"))
    recipient = models.ForeignKey(
        Recipient, models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("ontvanger")
    )
    kind = models.CharField(_("wat"), max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField(_("wanneer"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("door")
    )
    text = models.TextField(_("tekst"), blank=True)
    activity = models.ForeignKey(
        Activity, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("voorgestelde activiteit")
    )
    reason = models.CharField(_("reden"), max_length=15, choices=RefusalReason.choices, blank=True)
    ask_again_on = models.DateField(_("opnieuw vragen op"), null=True, blank=True)
    # Made with the form: the same answer sent twice is one event.
    form_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects = EnquiryEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("gebeurtenis")
        verbose_name_plural = _("gebeurtenissen")
        ordering = ["happened_at", "pk"]
        indexes = [models.Index(fields=["recipient", "kind"], name="enquiry_event_of_recipient")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d %H:%M}"


class AttachmentManager(models.Manager):
    def get_queryset(self):
        """Without the bytes: lists never need them, and asking a row for its `content` fetches it."""
        return super().get_queryset().defer("content")


class Attachment(models.Model):
    """A file with an answer. Its bytes are in the database: private, and kept or lost with the answer itself."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(EnquiryEvent, models.CASCADE, related_name="attachments", verbose_name=_("gebeurtenis"))
    name = models.CharField(_("bestandsnaam"), max_length=120)
    content_type = models.CharField(_("soort bestand"), max_length=100)
    size_bytes = models.PositiveIntegerField(_("grootte in bytes"))
    content = models.BinaryField()

    objects = AttachmentManager()

    class Meta:
        verbose_name = _("bijlage")
        verbose_name_plural = _("bijlagen")
        ordering = ["pk"]

    def __str__(self):
        return self.name
