"""The grammar of the filter language, for lark's LALR parser."""

from __future__ import annotations

from functools import cache

import lark

# Words of the language are words only where they can stand: `exists`, `box` or `km` may name
# fields. After a field, only these follow; before one, only `not`, and `exists` or `count` with
# a bracket.
GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction ("OR"i conjunction)*
?conjunction: term ("AND"i term)*
?term: "NOT"i term -> negation
    | "(" disjunction ")"
    | comparison
    | emptiness
    | words
    | geography
    | FIELD "[" disjunction "]" -> nested

?comparison: FIELD OPERATOR value -> comparison
    | FIELD "IN"i choices -> membership
    | FIELD "NOT"i "IN"i choices -> exclusion
    | FIELD "HAS"i "ALL"i "OF"i choices -> has_all
    | FIELD "HAS"i "ANY"i "OF"i choices -> membership
    | FIELD "BETWEEN"i value "AND"i value -> between
    | FIELD "STARTS"i "WITH"i STRING -> prefix
    | COUNT "(" FIELD ")" OPERATOR SIGNED_NUMBER -> count

?emptiness: EXISTS "(" FIELD ")" -> exists
    | FIELD "IS"i "NULL"i -> is_null
    | FIELD "IS"i "NOT"i "NULL"i -> is_not_null

?words: FIELD "CONTAINS"i STRING -> contains_all
    | FIELD "CONTAINS"i "ALL"i STRING -> contains_all
    | FIELD "CONTAINS"i "ANY"i STRING -> contains_any
    | FIELD "CONTAINS"i "PHRASE"i STRING -> contains_phrase

?geography: FIELD "WITHIN"i SIGNED_NUMBER UNIT "OF"i point -> within
    | FIELD "IN"i "BOX"i "(" SIGNED_NUMBER "," SIGNED_NUMBER "," SIGNED_NUMBER "," SIGNED_NUMBER ")" -> box
    | FIELD "IN"i "POLYGON"i "(" point ("," point)* ")" -> polygon
point: "(" SIGNED_NUMBER "," SIGNED_NUMBER ")"

choices: "[" [value ("," value)*] "]" | "(" value ("," value)* ")"
?value: STRING -> text
      | SIGNED_NUMBER -> number
      | BOOLEAN -> boolean

OPERATOR: "==" | "!=" | ">=" | "<=" | "=" | ">" | "<"
BOOLEAN.2: /(true|false)\b/i
UNIT: /(km|mi|m)\b/i
EXISTS.2: /exists(?=\s*\()/i
COUNT.2: /count(?=\s*\()/i
FIELD: /(?!(?:and|or|not|in|true|false)\b)[^\W\d][\w.\-]*/i
     | /`[^`]+`/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/

%import common.SIGNED_NUMBER
%import common.WS
%ignore WS
"""  # noqa: E501 (a rule of lark is one line)


@cache
def parser(transformer: lark.Transformer[lark.Token, object]) -> lark.Lark:
    """The parser, which hands every rule to the transformer as soon as it is complete: bottom up,
    and without recursion."""
    return lark.Lark(GRAMMAR, parser="lalr", maybe_placeholders=False, transformer=transformer)
