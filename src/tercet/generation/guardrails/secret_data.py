"""Secrets in a text: keys, tokens and passwords, as detect-secrets knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tercet.generation.guardrails.extra import require
from tercet.generation.guardrails.masking import Span

# The detectors of entropy are left out: they take every checksum for a secret. Addresses of hosts
# are none.
_PLUGINS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("jwt", "JwtTokenDetector"),
    ("keyword", "KeywordDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
# detect-secrets finds the first line of a private key; what is secret comes after it.
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z ]{0,30})PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,.-]{0,20000}?"
    r"(?:-----END (?:[A-Z ]{0,30})PRIVATE KEY(?: BLOCK)?-----|\Z)"
)


class SecretData:
    """A `Detector`. Nothing is sent anywhere: keys are known by their form.

    Raises `SettingsError` where the extra is not installed.
    """

    def __init__(self) -> None:
        self._plugins: list[Any] = [
            getattr(require(f"detect_secrets.plugins.{module}"), name)()
            for module, name in _PLUGINS
        ]

    def __call__(self, text: str) -> Iterator[Span]:
        yield from (Span(*found.span(), "SECRET") for found in _PRIVATE_KEY.finditer(text))
        start = 0
        for line in text.splitlines(keepends=True):
            for plugin in self._plugins:
                for secret in _secrets(plugin, line.rstrip("\r\n")):
                    yield from _places(line, secret, start)
            start += len(line)


def _secrets(plugin: Any, line: str) -> Iterator[str]:
    """What a plugin knows in a line. Of some tokens its own method tells no more than how they
    begin, so where it has expressions their whole matches are taken."""
    if not hasattr(plugin, "denylist"):
        yield from plugin.analyze_string(line)
        return
    for expression in plugin.denylist:
        yield from (found[0] for found in expression.finditer(line))


def _places(line: str, secret: str, start: int) -> Iterator[Span]:
    """Every place of a secret in a line that begins at `start`."""
    at = line.find(secret) if secret else -1
    while at >= 0:
        yield Span(start + at, start + at + len(secret), "SECRET")
        at = line.find(secret, at + len(secret))
