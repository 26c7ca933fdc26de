"""The signed links of a mail with reminders."""

from datetime import timedelta

from accounts.links import SignedLink

# The page of one thing: its button acts without login.
ITEM = SignedLink("reminders:item", "reminders.item", timedelta(days=30))
# How one wants to be told, for one address.
CHOOSE = SignedLink("reminders:choose", "reminders.choose", timedelta(days=400))
# Switches off the kinds of one mail: {"to": address, "kinds": [key of a rule]}.
UNSUBSCRIBE = SignedLink("reminders:unsubscribe", "reminders.unsubscribe", timedelta(days=400))
