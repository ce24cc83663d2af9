"""Orders by their form: markup of conversations, ends of passages, addresses to a model."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from tercet.generation.guardrails.families import Match

# Every repetition is bounded or cannot give back what it took, so that time stays linear.
_MODEL = r"(?:ai|a\.i\.|llms?|chatbots?|language models?|assistants?|chatgpt|copilot|gpt)"
_ROLE = r"(?:system|assistant|developer)"
_HTTP = r"https?://[^\s)]{1,300}"

_FORMS: tuple[tuple[str, str], ...] = (
    # Tokens of chat templates (ChatML, Llama 2 and 3, Gemma and their kin).
    ("template", r"<\s?\|\s?[\w ]{1,40}\s?\|\s?>"),
    ("template", r"\[/?inst\]|<</?sys>>|</?(?:start|end)_of_turn>"),
    # Turns of a conversation that never was.
    ("turn", rf"^[ \t#>*\[<(]{{0,6}}{_ROLE}[ \t](?:message|prompt|note|override|instructions?)\b"),
    ("turn", rf"^[ \t]{{0,4}}[\[<]{_ROLE}[\]>]|<{_ROLE}>"),
    ("turn", r"^\#{2,6}[ \t]{0,2}(?:instruction|response|input)[ \t]{0,2}:"),
    (
        "turn",
        rf"^\#{{1,6}}[ \t]{{0,2}}{_ROLE}[ \t]{{0,2}}:?\s{{0,4}}\n[^\n]{{0,40}}\b(?:you|your)\b",
    ),
    ("turn", r"^[ \t]{0,4}system[ \t]{0,2}:[^\n]{0,40}\b(?:you|must|user|ignore|reply|answer)\b"),
    ("turn", r"^(?:user|human)[ \t]{0,2}:[^\n]{0,300}\n\s{0,4}(?:assistant|ai|system)[ \t]{0,2}:"),
    ("turn", r"^(?:user|human|assistant)[ \t]{0,2}:[^\n]{0,20}\b(?:ignore|say|repeat|output)\b"),
    ("turn", rf"['\"]role['\"]\s{{0,4}}:\s{{0,4}}['\"]{_ROLE}['\"]"),
    # The passage pretends to be over.
    ("breakout", r"<\s?/\s?(?:passages?|contexts?|documents|documents?_content|sources?)\s?>"),
    ("breakout", r"</document>\s{0,9}(?:human|user|system|question|now)\b"),
    (
        "breakout",
        r"\bend of (?:the )?(?:passages?|context|documents?|data|material)\b[^\w\n]{0,9}"
        r"(?:question|now|new|system|\n|$)",
    ),
    # Calls of tools.
    ("tool call", r"</?(?:tool_call|function_calls?|invoke)\b[^>\n]{0,80}>"),
    ("tool call", r"\"(?:tool_calls|function_call)\"\s{0,4}:"),
    (
        "tool call",
        r"\b(?:(?:call|invoke) (?:the|your)|(?:use|run|open) your) [\w ]{0,20}\b"
        r"(?:tools?|plugins?)\b",
    ),
    # Addresses of images and links that carry data away.
    (
        "exfiltration",
        rf"!\[[^\]\n]{{0,80}}\]\({_HTTP}(?:[?&=/][^\s)]{{0,200}})?"
        r"(?:[{\[<]|%7b|system_?prompt|conversation|history|secret)",
    ),
    (
        "exfiltration",
        r"\b(?:send|post|forward|upload|submit|transmit|e-?mail|include|append)\b"
        r"[^.\n]{0,80}(?:password|api key|credential|conversation|chat history|history|"
        r"address|passages?|secret|link)[^\n]{0,60}(?:https?://|@)",
    ),
    # Somebody speaks to the model.
    (
        "address",
        rf"\b(?:note|attention|message|instructions?|dear|hey)\b[ ,:]{{1,3}}"
        rf"(?:(?:to|for|any|all|every|the|this)\s){{0,3}}{_MODEL}\b",
    ),
    ("address", rf"\bif you(?: are|'re) (?:an? |the ){_MODEL}\b"),
    (
        "address",
        rf"^[\s<>!/\[\](){{}}#*-]{{0,9}}(?:{_MODEL})\s?[:,]\s?"
        r"(?:say|always|answer|tell|recommend|ignore|you|rate|do|write|please)\b",
    ),
    (
        "address",
        rf"\b{_MODEL} (?:must|should|shall|has to|have to) (?:now |always |only )?"
        r"(?:answer|say|reply|respond|recommend|rate|state|tell)\b[^.\n]{0,60}[\"“«:]",
    ),
    (
        "address",
        r"\bwhen (?:summari[sz]ing|answering|translating|asked about|you are asked)\b"
        r"[^.\n]{0,60}\b(?:say|state|include|mention|recommend|write|claim)\b",
    ),
    (
        "address",
        r"\bin (?:your|the) (?:answer|reply|response|summary)[ ,]{1,2}"
        r"(?:please )?(?:include|say|add|mention|write|state)\b",
    ),
    (
        "address",
        r"\b(?:do not|don't|never) (?:tell|inform|mention (?:this |it )?to|alert|warn) "
        r"(?:the )?(?:user|reader|customer|human)\b",
    ),
    ("address", r"\b(?:answer|reply|respond) (?:to )?(?:every|each|all|any) questions? with\b"),
    (
        "address",
        r"(?:^|[,;:] |\b(?:and|always|then) )(?:answer|reply|respond|say) "
        r"(?:with )?only (?:with |in |the )",
    ),
    (
        "address",
        r"\b(?:add|append|insert) the (?:sentence|phrase|words?) \S[^\n]{0,80}"
        r"\b(?:summary|answer|reply|response)\b",
    ),
    (
        "prompt leak",
        r"\b(?:repeat|print|output|show)\b[^.\n]{0,20}\b(?:everything|words|text)\b"
        r"[^.\n]{0,12}\babove\b",
    ),
    (
        "prompt leak",
        r"\bwhat (?:are|is|were) your (?:initial|original|system|hidden|exact) "
        r"(?:instructions?|prompt|rules)",
    ),
    (
        "role",
        r"\b(?:developer|god|jailbreak|admin|dan) mode\b[^.\n]{0,20}(?:\b(?:on|enabled|active)|:)",
    ),
    ("role", r"\bno longer (?:bound|limited|restricted) by\b"),
)
# Comments and text that a browser does not show, with an order in it.
_COMMENT = rf"(?:<!--|\[//\]: # \()[^>]{{0,40}}?\b{_MODEL}\s?[:,]"
_UNSEEN = (
    r"style\s?=\s?['\"][^'\"]{0,80}(?:display\s?:\s?none|font-size\s?:\s?0|visibility\s?:\s?hidden)"
)


@functools.cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    forms = (*_FORMS, ("hidden", _COMMENT), ("hidden", _UNSEEN))
    return tuple((rule, re.compile(pattern, re.MULTILINE)) for rule, pattern in forms)


def find_forms(text: str) -> Iterator[Match]:
    """What has the form of an order in a folded text. Linear."""
    for rule, pattern in _compiled():
        for found in pattern.finditer(text):
            yield Match(found.start(), found.end(), rule)
