from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_rules import ReadOnlyMixin
from accounts.deletion import delete_account
from accounts.messages import LAST_LOOKS
from accounts.models import Message, Preference, User

# These would show staff the secret behind somebody's codes, or keep settings that stand in the environment.
for model in (Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    ordering = ["email"]
    list_display = ["email", "name", "is_staff", "is_active"]
    search_fields = ["email", "name"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Persoon"), {"fields": ["name"]}),
        (_("Rechten"), {"fields": ["is_active", "is_staff", "is_superuser", "mfa_required", "groups"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]})]

    def get_readonly_fields(self, request, obj=None):
        """An address is changed by its owner, with a code: else it would no longer be proven."""
        return ["email"] if obj else []

    def delete_model(self, request, obj):
        delete_account(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for user in queryset:
            delete_account(user, by=request.user)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """To take away what somebody lost; its secret is shown to nobody."""

    fields = list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__email", "user__name"]
    list_select_related = ["user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class StandFilter(admin.SimpleListFilter):
    title = _("stand")
    parameter_name = "stand"

    def lookups(self, request, model_admin):
        return [("wacht", _("Wacht")), ("verstuurd", _("Verstuurd")), ("opgegeven", _("Opgegeven"))]

    def queryset(self, request, queryset):
        narrowed = {
            "wacht": {"sent_at": None, "given_up_at": None},
            "verstuurd": {"sent_at__isnull": False},
            "opgegeven": {"given_up_at__isnull": False},
        }
        return queryset.filter(**narrowed.get(self.value(), {}))


@admin.register(Message)
class MessageAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at: what was written stays as it was. What was given up can be tried again, if it still has a text."""

    list_display = ["subject", "to", "kind", "due_at", "sent_at", "given_up_at", "tries", "last_error"]
    list_filter = [StandFilter, "kind"]
    search_fields = ["to", "subject", "key"]
    date_hierarchy = "due_at"
    actions = ["try_again"]

    def get_fields(self, request, obj=None):
        fields = ["subject", "to", "reply_to", "kind", "key", "text", "html", "attachments"]
        if obj is not None and obj.is_secret:  # a code in it would let staff in as somebody else
            fields = ["subject", "to", "kind", "is_secret"]
        return [*fields, "due_at", "expires_at", "sent_at", "given_up_at", "tries", "last_error"]

    @admin.action(description=_("Opnieuw proberen (alleen opgegeven berichten)"), permissions=["view"])
    def try_again(self, request, queryset):
        # The text of a secret one is gone: whoever needs it asks for a new code. Unless its room makes it anew.
        given_up = queryset.filter(Q(is_secret=False) | Q(kind__in=LAST_LOOKS), given_up_at__isnull=False)
        count = given_up.update(given_up_at=None, tries=0, due_at=timezone.now())
        self.message_user(
            request,
            ngettext(
                "%(count)d bericht gaat binnen een minuut opnieuw weg.",
                "%(count)d berichten gaan binnen een minuut opnieuw weg.",
                count,
            )
            % {"count": count},
        )


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """To look at, for who asks why no mail comes; people choose on their own page."""

    list_display = ["address", "kind", "how", "changed_at"]
    list_filter = ["how", "kind"]
    search_fields = ["address", "kind"]
