"""Who somebody is."""

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    """Makes users whose e-mail address is their login."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """A user without rights. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("A user needs an e-mail address: it is the login.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.require_second_step_of_staff()
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """A user of the programme office who may change everything."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """Somebody who can log in; the e-mail address is the login, whatever its case."""

    username = None
    first_name = None
    last_name = None
    email = models.EmailField(_("e-mailadres"), unique=True)
    name = models.CharField(_("naam"), max_length=150, blank=True)
    # Set when a role is granted that may see more than the public does.
    mfa_required = models.BooleanField(_("tweede stap verplicht"), default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
            models.CheckConstraint(
                name="user_of_staff_needs_second_step",
                condition=models.Q(mfa_required=True) | models.Q(is_staff=False, is_superuser=False),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def clean(self):
        super().clean()
        self.require_second_step_of_staff()

    def require_second_step_of_staff(self):
        """Whoever may see the admin needs a second step; forms and the manager call this, a constraint insists."""
        self.mfa_required = self.mfa_required or self.is_staff or self.is_superuser

    def require_second_step(self):
        """From now on a second step is needed: whoever grants a role that sees more than the public calls this."""
        if not self.mfa_required:
            self.mfa_required = True
            self.save(update_fields=["mfa_required"])

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name or self.email


class MessageQuerySet(models.QuerySet):
    def due(self, now):
        """Messages that should have left by `now` and did not; given up ones are left out."""
        return self.filter(sent_at=None, given_up_at=None, due_at__lte=now)


class Message(models.Model):
    """A mail that must go out: made inside the transaction of its cause, sent by Celery (settled decision 12).

    `key` says what it is for, so that the same cause never makes two. All tries carry one Message-ID.
    """

    key = models.CharField(_("sleutel"), max_length=150, unique=True)
    kind = models.SlugField(_("soort"), max_length=40)
    to = models.EmailField(_("aan"))
    reply_to = models.EmailField(_("antwoord naar"), blank=True)
    subject = models.CharField(_("onderwerp"), max_length=200)
    text = models.TextField(_("tekst"), blank=True)
    html = models.TextField(_("opgemaakte tekst"), blank=True)
    # [{"name": "datum.ics", "content_type": "text/calendar", "text": "BEGIN:VCALENDAR ..."}, ...]
    attachments = models.JSONField(_("bijlagen"), default=list, blank=True)
    # Lines in front of the mail, {"List-Unsubscribe": "<https://...>"}; the names: `accounts.messages.HEADERS`.
    headers = models.JSONField(_("kopregels"), default=dict, blank=True)
    # Holds a code or a link that lets somebody in: never shown to staff, and emptied when it is done with.
    is_secret = models.BooleanField(_("geheim"), default=False)
    due_at = models.DateTimeField(_("vanaf"))
    # After this moment it is of no use to the reader any more, such as a code that has run out.
    expires_at = models.DateTimeField(_("zinloos na"), null=True, blank=True)
    sent_at = models.DateTimeField(_("verstuurd op"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("opgegeven op"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    last_error = models.CharField(_("laatste fout"), max_length=300, blank=True)
    message_id = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["-due_at"]
        indexes = [
            models.Index(
                fields=["due_at"], name="message_waiting", condition=models.Q(sent_at=None, given_up_at=None)
            ),
            models.Index(fields=["to", "kind"], name="message_to"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_secret_emptied_when_done_with",
                condition=models.Q(is_secret=False)
                | models.Q(sent_at=None, given_up_at=None)
                | models.Q(text="", html="", attachments=[], headers={}),
            )
        ]

    def __str__(self):
        return f"{self.subject} ({self.to})"


class Preference(models.Model):
    """How somebody wants to be told about a kind of thing; by address, because not everybody has an account.

    What has no row is told as `DEFAULT` says. A kind is a word of the room that tells, such as the key of a rule.
    """

    class How(models.TextChoices):
        DAILY = "daily", _("hooguit één mail per werkdag")
        DIRECT = "direct", _("zodra het kan, op de eerstvolgende werkdag")
        WEEKLY = "weekly", _("één mail per week, op de eerste werkdag")
        OFF = "off", _("niet")

    DEFAULT = How.DAILY

    address = models.EmailField(_("e-mailadres"), help_text=_("In kleine letters."))
    kind = models.SlugField(_("soort"), max_length=60)
    how = models.CharField(_("hoe"), max_length=10, choices=How.choices)
    changed_at = models.DateTimeField(_("gekozen op"), auto_now=True)

    class Meta:
        verbose_name = _("voorkeur")
        verbose_name_plural = _("voorkeuren")
        ordering = ["address", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["address", "kind"], name="preference_once_per_address_and_kind"),
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="preference_address_in_lower_case"
            ),
        ]

    def __str__(self):
        return f"{self.address}: {self.kind}, {self.get_how_display()}"
