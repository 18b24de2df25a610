"""Small functions named by what they draw; each returns a Dash component that may stand anywhere in a page.

What they draw is placed as HTML that was escaped where it was made (`Drawing`): fast, and the same for pages and for paper.
"""

from dashboard.components.drawing import Drawing, drawing, inline, markup_of
from dashboard.components.frame import NavItem, breadcrumb, choices, headline, masthead, picker, place_picker, section
from dashboard.components.marks import (
    evidence_href,
    figure_link,
    late_words,
    movement,
    place_link,
    provenance,
    stamp,
    state_word,
)
from dashboard.components.ranking_table import Order, RankingLinks, ranking_note, ranking_table
from dashboard.components.rows import actions, component_rows, definition_list, empty, findings_list, late_strip, note
from dashboard.components.score_card import ScoreCard, score_cards
from dashboard.components.sentences import names
from dashboard.components.table import Column, data_table, search_field

__all__ = [
    "Column",
    "Drawing",
    "NavItem",
    "Order",
    "RankingLinks",
    "ScoreCard",
    "actions",
    "breadcrumb",
    "choices",
    "component_rows",
    "data_table",
    "definition_list",
    "drawing",
    "empty",
    "evidence_href",
    "figure_link",
    "findings_list",
    "headline",
    "inline",
    "late_strip",
    "late_words",
    "markup_of",
    "masthead",
    "movement",
    "names",
    "note",
    "picker",
    "place_link",
    "place_picker",
    "provenance",
    "ranking_note",
    "ranking_table",
    "score_cards",
    "search_field",
    "section",
    "stamp",
    "state_word",
]
