"""The words that names are made of, each once: what a mistyped name is compared with.

The database adds them itself, by triggers on the customers, so that no bulk write can leave one out. Words of
names that are gone stay: they are only ever suggestions, and a suggestion is shown with whom it finds.
"""

from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import Index
from django.db.models.functions import Reverse

from atomicpay.workspaces.constraints import in_workspace, owned
from atomicpay.workspaces.fields import CodeField
from atomicpay.workspaces.owned import WorkspaceOwned
from atomicpay.workspaces.triggers import INSERTED, StatementTrigger

# What stands between the words of a folded name; shorter words are too like each other, longer ones no names.
_WORDS = """
INSERT INTO name_word (workspace_id, word)
SELECT found.workspace_id, found.word
  FROM (SELECT DISTINCT n.workspace_id, w.word COLLATE "C" AS word
          FROM ({rows}) n, string_to_table(translate(n.name_sort, '.,;:()"''/-', '          '), ' ') w(word)
         WHERE length(w.word) BETWEEN 3 AND 40) found
 WHERE NOT EXISTS (SELECT FROM name_word k WHERE k.workspace_id = found.workspace_id AND k.word = found.word);
"""


class NameWord(WorkspaceOwned):
    """A word of somebody's name, folded.

    There may be two rows of one word, by writers who did not see each other: a unique key would have made one
    wait for the other, and in the end for each other.

    It says nothing about what anybody bought, but that somebody is called so: what is made of a word must be
    shown only with the customers that it finds within the reader's products.
    """

    word = CodeField()
    reversed_word = models.GeneratedField(
        expression=Reverse("word"), output_field=CodeField(), db_persist=True
    )

    class Meta(WorkspaceOwned.Meta):
        db_table = "name_word"
        constraints = [*owned("name_word"), in_workspace("name_word")]
        indexes = [
            Index(fields=["workspace", "word"], name="name_word_i"),
            Index(fields=["workspace", "reversed_word"], name="name_word_reversed_i"),
        ]

    def __str__(self) -> str:
        return self.word


_update_of: Any = pgtrigger.UpdateOf
_RENAMED: Final = _update_of("name")


class _RowTrigger(StatementTrigger):
    level: Any = pgtrigger.Row


def keep_words_of_names() -> list[StatementTrigger]:
    """Add the words of new customers, a statement's at once, and those of a name that is changed.

    The second runs for each row: transition tables do not go with UPDATE OF, and without it every change of
    anything else would have to be looked through for one of a name.
    """
    changed = "SELECT NEW.workspace_id, NEW.name_sort"
    return [
        StatementTrigger(
            name="words_ins",
            operation=pgtrigger.Insert,
            referencing=INSERTED,
            func=_WORDS.format(rows="TABLE new_rows"),
        ),
        _RowTrigger(name="words_upd", operation=_RENAMED, func=_WORDS.format(rows=changed)),
    ]
