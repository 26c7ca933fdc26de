"""What the admin may do with what happened: look at it. For every room."""


class KeptMixin:
    """Rows that stay, because history hangs on them: they end, close or stop, and are never deleted here."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyMixin(KeptMixin):
    """To look at only: changes go through the pages, where they have rules, mail and a trace."""

    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False
