"""A small collection in which a question needs two documents: one names what it asks about, the
other knows it. For each there are many like the second one, so that one search does not find it."""

from __future__ import annotations

from typing import NamedTuple

from tercet.types import Document


class TwoHops(NamedTuple):
    """A question, the document it leads to first, the one with the answer, and the answer."""

    question: str
    first: str
    second: str
    answer: str


_MAKERS = {  # product: part, maker
    "Kestrel drone": ("rotor", "Voltarra GmbH"),
    "Pelican buoy": ("anchor chain", "Ironmere Works"),
    "Heron camera": ("lens", "Optika Brno"),
    "Plover scale": ("load cell", "Tessera Labs"),
    "Dunlin pump": ("impeller", "Halvorsen Castings"),
}
_MAKER_TOWNS = {
    "Voltarra GmbH": "Graz", "Ironmere Works": "Cardiff", "Optika Brno": "Olomouc",
    "Tessera Labs": "Ravenna", "Halvorsen Castings": "Bergen", "Quillon Tools": "Leeds",
    "Marchetti Gears": "Modena", "Sundby Springs": "Odense", "Albion Wire": "Derby",
    "Rosso Bearings": "Turin", "Kivi Plastics": "Tampere", "Delmar Seals": "Porto",
}  # fmt: skip
_PROJECTS = {  # project: leader
    "Amber": "Ilse Brandvold", "Basalt": "Tomoko Arai", "Cobalt": "Femi Adeyemi",
    "Dolomite": "Greta Lindqvist", "Emerald": "Paolo Ferri",
}  # fmt: skip
_PHONES = {
    "Ilse Brandvold": "4417", "Tomoko Arai": "4525", "Femi Adeyemi": "4631",
    "Greta Lindqvist": "4748", "Paolo Ferri": "4856", "Nadia Rousseau": "4962",
    "Owen Pritchard": "4073", "Sanne Dekker": "4184", "Luis Ocampo": "4295",
    "Mira Kovac": "4306", "Henrik Aune": "4419", "Aisha Rahman": "4520",
}  # fmt: skip
_TESTS = {  # product: procedure
    "glass vials": "QP-31", "copper fittings": "QP-44", "rubber hoses": "QP-52",
    "steel brackets": "QP-68", "paper filters": "QP-75",
}  # fmt: skip
_DURATIONS = {
    "QP-31": 45, "QP-44": 70, "QP-52": 25, "QP-68": 120, "QP-75": 15, "QP-12": 35, "QP-19": 55,
    "QP-23": 80, "QP-37": 65, "QP-49": 95, "QP-56": 40, "QP-81": 110,
}  # fmt: skip


def documents() -> list[Document]:
    """All documents, each a few sentences long."""
    texts: dict[str, str] = {}
    for product, (part, maker) in _MAKERS.items():
        texts[f"products/{product}"] = (
            f"# {product}\n\nThe {product} is sold since 2019. The {part} of the {product} is made "
            f"by {maker} to our own drawing. It weighs less than the one before."
        )
    for maker, town in _MAKER_TOWNS.items():
        texts[f"suppliers/{maker}"] = (
            f"# {maker}\n\n{maker} has its head office in {town}. Invoices are paid within 30 days."
        )
    for project, leader in _PROJECTS.items():
        texts[f"projects/{project}"] = (
            f"# Project {project}\n\nWork on project {project} began in spring. The leader of "
            f"project {project} is {leader}. The budget is reviewed each quarter."
        )
    for person, phone in _PHONES.items():
        texts[f"people/{person}"] = (
            f"# {person}\n\n{person} joined us some years ago. The telephone extension of {person} "
            f"is {phone}. The desk is on the second floor."
        )
    for goods, procedure in _TESTS.items():
        texts[f"goods/{goods}"] = (
            f"# Goods in: {goods}\n\nEach delivery of {goods} is counted. A sample of the {goods} "
            f"is inspected by procedure {procedure} before storage."
        )
    for procedure, minutes in _DURATIONS.items():
        texts[f"procedures/{procedure}"] = (
            f"# Procedure {procedure}\n\nProcedure {procedure} takes {minutes} minutes. It is "
            f"carried out by two people, and the form is kept for a year."
        )
    return [Document(text, source=source) for source, text in texts.items()]


def questions() -> list[TwoHops]:
    """Fifteen, of three kinds."""
    towns = [
        TwoHops(
            f"In which town is the head office of the company that makes the {part} of the "
            f"{product}?",
            f"products/{product}", f"suppliers/{maker}", _MAKER_TOWNS[maker],
        )
        for product, (part, maker) in _MAKERS.items()
    ]  # fmt: skip
    phones = [
        TwoHops(
            f"What is the telephone extension of the leader of project {project}?",
            f"projects/{project}", f"people/{leader}", _PHONES[leader],
        )
        for project, leader in _PROJECTS.items()
    ]  # fmt: skip
    minutes = [
        TwoHops(
            f"How many minutes does the procedure take by which {goods} are inspected?",
            f"goods/{goods}", f"procedures/{procedure}", f"{_DURATIONS[procedure]} minutes",
        )
        for goods, procedure in _TESTS.items()
    ]  # fmt: skip
    return towns + phones + minutes
