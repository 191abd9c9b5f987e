"""The channels that are switched on: built from the settings."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels import messenger, slack, telegram, twilio
from bot.channels.album import Album, Draw
from bot.channels.keywords import Words
from bot.channels.ledger import Ledger
from bot.channels.reception import Brain, Reception
from bot.channels.vendor import Vendor
from bot.knowledge.current import ProfileNow
from bot.reply import Contact, Reply
from bot.settings import Settings


def vendors(config: Settings) -> dict[str, Vendor]:
    """Each channel whose variables are set, by its name in addresses."""
    return {
        name: _vendor(name, values, f"{config.public_url}/webhooks/{name}", config.vendors_url)
        for name, values in config.channels.items()
    }


def reception(
    config: Settings,
    brain: Brain,
    profile_now: ProfileNow,
    emergency: tuple[Contact, ...],
    stand_in: Callable[[str], Reply],
    draw: Draw | None = None,
) -> Reception:
    """Takes deliveries for all channels that are on."""
    return Reception(
        vendors(config),
        brain,
        Ledger(config.channels_url),
        config.channels_key,
        Words(profile_now, emergency),
        stand_in,
        Album(config.public_url, draw),
    )


def _vendor(name: str, values: tuple[str, ...], webhook: str, api: str) -> Vendor:
    """`values` are those of the channel's variables, in the order of bot.settings.CHANNELS."""
    match name, values:
        case "telegram", (token, secret):
            return telegram.Telegram(token, secret, webhook, api or telegram.API)
        case "slack", (token, signing_secret):
            return slack.Slack(token, signing_secret, api or slack.API)
        case "messenger", (page_token, app_secret, verify_token):
            return messenger.Messenger(page_token, app_secret, verify_token, api or messenger.API)
        case "sms", (account, auth_token, number):
            return twilio.Sms(account, auth_token, number, webhook, api or twilio.API)
        case "whatsapp", (account, auth_token, number):
            return twilio.WhatsApp(account, auth_token, number, webhook, api or twilio.API)
    raise ValueError(name)
