"""Why a document is not among the hits of a query, and what would bring it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tercet.pipeline.inquiry import conditions, naming, trials
from tercet.pipeline.inquiry.record import Remedy, Verdict, WhyNot
from tercet.pipeline.inquiry.standing import Subject
from tercet.ports import Ledger, Store
from tercet.types import And, DocumentInfo, Filter, Found, Query, is_url

_NAMES = 20  # names that are listed


def why_not(
    query: Query,
    name: str,
    find: Callable[[Query], Found],
    store: Store,
    ledger: Ledger,
    *,
    all_tenants: bool = False,
) -> WhyNot:
    """The first reason that applies (see `WhyNot`), with the document's standing in the legs.

    `name` is a source, key, path, document id, or the end of a source. Documents of other tenants
    are as unknown as any that was never read, unless `all_tenants` says that they may be told of.
    What is said to bring the document in was tried.
    """
    infos = naming.named(ledger, name)
    if not infos:
        return _unread(query, name, store, ledger, all_tenants)
    if len(infos) > 1:
        names = tuple(sorted(info.source for info in infos)[:_NAMES])
        reason = f"{len(infos)} sources are called that."
        return WhyNot(query.text, name, "ambiguous", reason, "Name one of them.", names)
    [info] = infos
    subject = Subject(info.id, query, find, store)
    return _without_text(subject, info, ledger) or _searched(subject, info)


def _unread(query: Query, name: str, store: Store, ledger: Ledger, all_tenants: bool) -> WhyNot:
    tenants = naming.other_tenants(store, query.tenant, name) if all_tenants else ()
    if tenants:
        reason = f"It belongs to another tenant: {', '.join(map(repr, tenants))}."
        help = "A search sees one tenant: choose it with --tenant, or ingest it for this one."
        return WhyNot(query.text, name, "other tenant", reason, help, tenants)
    names = naming.alike(ledger, name)
    reason, help = _never_read(name, ledger)
    return WhyNot(query.text, name, "unknown", reason, help, names)


def _never_read(name: str, ledger: Ledger) -> tuple[str, str]:
    container, _, member = name.partition("!/")
    if member and naming.named(ledger, container):
        return f"{container} was read, but holds no {member}.", "Check the member's name."
    if not is_url(name) and Path(container).exists():
        return (
            "It is not in the index, though there is something at that path.",
            f"Read it with: tercet ingest {container}",
        )
    return "It is not in the index: no source of that name was read.", "Check the name."


def _without_text(subject: Subject, info: DocumentInfo, ledger: Ledger) -> WhyNot | None:
    """The finding for a source that no search can find, because it has no passages."""
    if info.state == "failed" and not info.id:
        return _finding(subject, info, "failed", f"It could not be read: {info.reason}", info.help)
    if info.members and not info.id:
        inside = [entry.source for entry in ledger.below(info.key) if entry.key != info.key]
        reason = f"It has no text of its own: it holds {info.members} other sources."
        found = _finding(subject, info, "empty", reason, "Name one of these.")
        return replace(found, names=tuple(inside[:_NAMES]))
    if not info.id or not info.chunks:
        return _finding(subject, info, "empty", "It was read, but no text was found in it.")
    if not subject.store.count(subject.itself):
        reason = f"Its {info.chunks} passages are gone from the index."
        help = "Delete it with `tercet documents delete`, and ingest it again."
        return _finding(subject, info, "empty", reason, help)
    return None


def _searched(subject: Subject, info: DocumentInfo) -> WhyNot:
    query = subject.query
    if query.filter is not None and not subject.store.count(And((subject.itself, query.filter))):
        return _filtered(subject, info, query.filter)
    if rank := subject.rank(query):
        stale = "" if info.state == "done" else f"Its last reading failed: {info.reason}"
        return _finding(subject, info, "found", "It is among the hits.", stale, rank)
    found = _stopped(subject, info) or _beaten(subject, info)
    missing, unheard = subject.words()
    return replace(found, missing=missing, unheard=unheard, legs=found.legs or subject.legs())


def _filtered(subject: Subject, info: DocumentInfo, tree: Filter) -> WhyNot:
    failed = conditions.failing(subject.store, subject.itself, tree)
    shown = And(tuple(failed)) if failed else tree
    reason = "The filter keeps it out." if failed else "No one passage meets the whole filter."
    rest = conditions.without(tree, failed) if failed else None
    remedy = trials.tried(subject, "filter", rest)
    text = conditions.described(rest) if rest else ""
    return replace(
        _finding(subject, info, "filtered", reason),
        condition=conditions.described(shown),
        value=conditions.values_of(subject.store, subject.itself, shown),
        remedies=(replace(remedy, value=text),) if remedy else (),
    )


def _stopped(subject: Subject, info: DocumentInfo) -> WhyNot | None:
    """The finding for a document that the engine gave, if it was then taken out or cut off."""
    query = subject.query
    if remedy := trials.stage_off(subject):
        reason = "The engine found it, but a later step put others before it."
        found = _finding(subject, info, "stage", reason)
        return replace(found, condition=remedy.setting, remedies=(remedy,))
    depth = max(query.prefetch_limit, query.limit)
    rank = subject.rank(replace(query, limit=depth, explain=False))
    if not rank:
        return None
    reason = f"It is at rank {rank}, and {query.limit} hits were asked for."
    remedies = (trials.more_hits(subject, rank), *trials.other_modes(subject))
    return _finding(subject, info, "limit", reason, rank=rank, remedies=remedies)


def _beaten(subject: Subject, info: DocumentInfo) -> WhyNot:
    """The finding for a document that is not among the candidates."""
    query, legs = subject.query, subject.legs()
    others = tuple(trials.other_modes(subject))
    if not legs:
        reason = "It shares no term with the query, and only terms count in this mode."
        return _finding(subject, info, "no common term", reason, remedies=others)
    proposes = query.mode in ("fused", "hybrid", "rerank")
    candidates = trials.more_candidates(subject, legs) if proposes else None
    if candidates:
        reason = f"No leg has it among its first {query.prefetch_limit} passages."
        found = _finding(subject, info, "prefetch", reason, remedies=(candidates, *others))
        return replace(found, legs=legs)
    ranks = [depth.rank for depth in legs.values() if depth.rank]
    start = max(min(ranks, default=query.limit), query.limit + 1)
    remedies = (trials.more_hits(subject, start), *others)
    reason = "Too many passages are better."
    return replace(_finding(subject, info, "outranked", reason, remedies=remedies), legs=legs)


def _finding(
    subject: Subject,
    info: DocumentInfo,
    verdict: Verdict,
    reason: str,
    help: str = "",
    rank: int | None = None,
    remedies: Sequence[Remedy | None] = (),
) -> WhyNot:
    return WhyNot(
        subject.query.text,
        info.source,
        verdict,
        reason,
        help,
        rank=rank,
        remedies=tuple(remedy for remedy in remedies if remedy),
    )
